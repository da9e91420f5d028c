"""Whether a hub is well: what is wrong, since when, what to do next; and what could not be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from groundswell.domain.hub_limits import judge_hub
from groundswell.domain.instants import to_text
from groundswell.domain.preflight import Verdict
from groundswell.domain.states import ExecutionStatus
from groundswell.ledger import reading
from groundswell_cli.errors import explain
from groundswell_cli.exits import Exit
from groundswell_cli.machinery import Feed, Machinery, Queue

if TYPE_CHECKING:
    from groundswell.ports.store import Store
    from groundswell_cli.hub import Hub

_LATE = 300
"""Seconds that a message may wait: after as many the alarm rings."""
_SILENT = timedelta(minutes=1)
"""By then the relay, or else the sweep, has published a fact."""
_MOST = 1000
"""Facts that are counted: whoever has more need not know how many."""
_GIVEN_UP = ("DeadLettersUrl", "RelayEventsDeadLettersUrl", "UndeliveredUrl")
_CLEAR = (
    "mend the cause, then redrive (docs/break-glass.md#dead-letters); to see them: aws sqs receive-message --queue-url "
)
_FEEDS = "event source mappings"


@dataclass(frozen=True)
class Finding:
    """What one look came to."""

    check: str
    subject: str
    verdict: Verdict
    found: str
    next: str = ""
    since: str | None = None

    def as_json(self) -> dict[str, object]:
        """For scripts."""
        return asdict(self)


def examine(hub: Hub, now: datetime) -> list[Finding]:
    """All that is to be looked at; one look that fails hides no other."""
    parts, store = hub.machinery, hub.store
    looks: Mapping[str, Callable[[], Iterable[Finding]]] = {
        "queues": lambda: _queues(parts),
        "alarms": lambda: _alarms(parts),
        "rules": lambda: _rules(parts),
        _FEEDS: lambda: _feeds(parts),
        "planning": lambda: _planning(store, hub.place.command),
        "facts": lambda: _facts(store, now),
        "limits": lambda: _limits(parts),
    }
    return [finding for check, look in looks.items() for finding in _looked(check, check, look)]


def exit_status(findings: Iterable[Finding]) -> Exit:
    """What is wrong outweighs what is not known, and that what is well."""
    verdicts = {finding.verdict for finding in findings}
    if Verdict.FAILED in verdicts:
        return Exit.REFUSED
    return Exit.UNREACHABLE if Verdict.UNKNOWN in verdicts else Exit.OK


def _looked(check: str, subject: str, look: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """What was found, or AWS's words where it could not be read: that is never taken for well."""
    try:
        return list(look())
    except Exception as error:
        told = explain(error)
        if told is None:
            raise
        return [Finding(check, subject, Verdict.UNKNOWN, str(told), "docs/cli.md#rights lists who may read it")]


def _unknown(check: str, found: str) -> Finding:
    return Finding(check, check, Verdict.UNKNOWN, found, "name the stack with --stack and --region, or deploy it anew")


def _queues(parts: Machinery) -> Iterator[Finding]:
    urls, busy = parts.queue_urls(), list[Queue]()
    for output in _GIVEN_UP:
        if output not in urls:
            yield _unknown("queues", f"the stack's outputs do not say where {output.removesuffix('Url')} is")
    for output, url in urls.items():
        yield from _looked("queues", output.removesuffix("Url"), partial(_depth, parts, output, url, busy))
    if busy:
        yield from _looked("queues", "age of messages", partial(_late, parts, busy))


def _depth(parts: Machinery, output: str, url: str, busy: list[Queue]) -> Iterator[Finding]:
    """What was given up is wrong however little it is; of what waits for a function the age says so."""
    queue = parts.queue(url)
    if queue.waiting == 0:
        yield Finding("queues", queue.name, Verdict.PASSED, "empty")
    elif output in _GIVEN_UP:
        yield Finding("queues", queue.name, Verdict.FAILED, f"{queue.waiting:,} messages were given up", _CLEAR + url)
    else:
        busy.append(queue)


def _late(parts: Machinery, busy: list[Queue]) -> Iterator[Finding]:
    ages = parts.ages([queue.name for queue in busy])
    for queue in busy:
        yield _waiting(queue, ages.get(queue.name))


def _waiting(queue: Queue, age: float | None) -> Finding:
    found = f"{queue.waiting:,} messages wait"
    tail = f"aws logs tail /aws/lambda/{queue.name} --since 10m; throttled? aws lambda get-account-settings"
    if age is None:
        told = f"{found}; CloudWatch does not say for how long"
        return Finding("queues", queue.name, Verdict.UNKNOWN, told, "dr doctor again in a minute: are there fewer?")
    told = f"{found}, the oldest for {age:,.0f} s"
    if age > _LATE:
        return Finding("queues", queue.name, Verdict.FAILED, told, tail)
    return Finding("queues", queue.name, Verdict.PASSED, told)


def _alarms(parts: Machinery) -> Iterator[Finding]:
    ringing = parts.alarms()
    for alarm in ringing:
        since = to_text(alarm.since) if alarm.since else None
        yield Finding("alarms", alarm.name, Verdict.FAILED, "rings", alarm.advice, since)
    if not ringing:
        yield Finding("alarms", "alarms", Verdict.PASSED, "none rings")


def _rules(parts: Machinery) -> Iterator[Finding]:
    rules = parts.rules()
    disabled = [rule for rule in rules if not rule.is_enabled]
    for rule in disabled:
        enable = f"aws events enable-rule --name {rule.name} --event-bus-name {rule.bus}"
        yield Finding("rules", rule.name, Verdict.FAILED, f"disabled on bus {rule.bus}", enable)
    if not rules:
        yield _unknown("rules", "no rule was found on the hub's buses")
    elif not disabled:
        yield Finding("rules", "rules", Verdict.PASSED, f"all {len(rules)} are enabled")


def _feeds(parts: Machinery) -> Iterator[Finding]:
    feeds = parts.mappings()
    wrong = [finding for feed in feeds if (finding := _feed(feed))]
    yield from wrong
    if not feeds:
        yield _unknown(_FEEDS, "none was found for the hub's queues and its ledger's stream")
    elif not wrong:
        yield Finding(_FEEDS, _FEEDS, Verdict.PASSED, f"all {len(feeds)} work")


def _feed(feed: Feed) -> Finding | None:
    if feed.state in ("Disabled", "Disabling"):
        enable = f"aws lambda update-event-source-mapping --uuid {feed.id} --enabled"
        since = to_text(feed.since) if feed.since else None
        return Finding(_FEEDS, feed.function, Verdict.FAILED, f"the mapping is {feed.state}", enable, since)
    if feed.last_result.startswith("PROBLEM"):
        tail = f"aws logs tail /aws/lambda/{feed.function} --since 10m"
        return Finding(_FEEDS, feed.function, Verdict.FAILED, feed.last_result, tail)
    return None


def _planning(store: Store, command: Callable[[str], str]) -> Iterator[Finding]:
    planned = [each for each in reading.open_executions(store) if each.status is ExecutionStatus.PLANNING]
    failing = [each for each in planned if each.planner_error]
    for each in failing:
        found, since = f"a planner ended with {each.planner_error}", each.planner_error_at
        following = command(f"status {each.execution_id}")
        yield Finding("planning", each.execution_id, Verdict.FAILED, found, following, since)
    if not failing:
        yield Finding("planning", "planning", Verdict.PASSED, f"{len(planned)} are being planned, none with an error")


def _facts(store: Store, now: datetime) -> Iterator[Finding]:
    late = list(islice(reading.unpublished(store, up_to=to_text(now - _SILENT)), _MOST))
    if not late:
        yield Finding("facts", "facts", Verdict.PASSED, "all that are older than a minute are on the bus")
        return
    oldest = min(late, key=lambda fact: fact.occurred_at)
    refused = next((f"; the bus says: {fact.refused}" for fact in late if fact.refused), "")
    count = f"{len(late):,}{' or more' if len(late) == _MOST else ''}"
    found = f"{count} are not on the bus, the oldest is {oldest.detail_type} of {oldest.execution_id}{refused}"
    following = "look at the logs of relay-events and sweep, and at the alarms facts-refused and heartbeat-missing"
    yield Finding("facts", "facts", Verdict.FAILED, found, following, oldest.occurred_at)


def _limits(parts: Machinery) -> Iterator[Finding]:
    for check in judge_hub(parts.use()):
        yield Finding("limits", f"{check.subject}: {check.check}", check.verdict, check.found, check.advice)
