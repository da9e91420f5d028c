"""What the estate's own log must say of an execution: it counts what was done, whoever heard of it."""

from collections.abc import Iterator

from groundswell.domain.instants import from_text
from groundswell.domain.records import Resource
from groundswell.domain.states import ResourceState
from rehearsal.audit_case import Case, Evidence, Finding

DRS, AURORA, ROUTE53 = "drs", "aurora", "route53"
CHANGED_BY = {AURORA: "FailoverGlobalCluster", ROUTE53: "ChangeResourceRecordSets"}
ONCE = ("FailoverGlobalCluster", "CreateDBInstance")
"""Calls that must not take effect twice for a resource; a DNS name may be set to the same value again."""


def launched_once(case: Case, evidence: Evidence) -> Iterator[Finding]:
    """Every recovered server was launched, and none more than once."""
    for resource in _of(case, DRS):
        server = str(resource.parameters["source_server_id"])
        times = evidence.launches.get(server, 0)
        if times > 1:
            yield Finding(f"{resource.name} was launched {times} times", _log_of(server, case, resource))
        if times == 0 and resource.state is ResourceState.RECOVERED:
            yield Finding(f"{resource.name} is RECOVERED and was never launched", _log_of(server, case, resource))


def done_once(case: Case, evidence: Evidence) -> Iterator[Finding]:
    """No call that must not be repeated took effect twice, and what is recovered was changed at all."""
    for resource in case.all_resources:
        done = [call.operation for call in evidence.calls if call.took_effect and call.touches(resource)]
        for operation in ONCE:
            if done.count(operation) > 1:
                what = f"{operation} took effect {done.count(operation)} times for {resource.name}"
                yield Finding(what, _log_of(resource.name, case, resource))
        needed = CHANGED_BY.get(resource.technology)
        if needed and resource.state is ResourceState.RECOVERED and needed not in done:
            what = f"{resource.name} is RECOVERED and {needed} never took effect for it"
            yield Finding(what, _log_of(resource.name, case, resource))


def called_in_order(case: Case, evidence: Evidence) -> Iterator[Finding]:
    """No call that changes something of a wave reached the estate before the wave before it was closed."""
    closed = {wave.wave: wave.ended_at for wave in case.waves}
    for earlier, later in zip(sorted(closed), sorted(closed)[1:], strict=False):
        for resource in case.resources[later]:
            first = next((call for call in evidence.calls if call.touches(resource)), None)
            ended = closed[earlier]
            if first and (ended is None or first.moment < from_text(ended)):
                what = (
                    f"{first.operation} for {resource.name} came at {first.moment}, and wave {earlier} ended at {ended}"
                )
                yield Finding(what, _log_of(resource.name, case, resource))


def _of(case: Case, technology: str) -> list[Resource]:
    return [each for each in case.all_resources if each.technology == technology]


def _log_of(name: str, case: Case, resource: Resource) -> str:
    return f"the estate's calls for {name}, and {case.place_of(resource)} with its order's intents"
