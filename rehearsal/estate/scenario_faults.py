"""The faults of a scenario at work: who is throttled, which replies are lost, what fails and for how long."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Generic, TypeVar

from rehearsal.estate.dice import Dice
from rehearsal.estate.errors import EstateError
from rehearsal.estate.fault_plan import PROCEED, CallFacts, Verdict
from rehearsal.estate.scenario.faults import (
    CallRule,
    FailingDocument,
    FailingOperation,
    Faults,
    LostReply,
    Throttling,
    Unreachable,
)
from rehearsal.estate.throttling import Bucket, refusal_of

Rule = TypeVar("Rule", bound=CallRule)


@dataclass(slots=True)
class _Armed(Generic[Rule]):
    """A rule with how often it struck, and its token buckets by account and Region."""

    rule: Rule
    struck: int = 0
    buckets: dict[tuple[str, str], Bucket] = field(default_factory=dict)

    def touches(self, facts: CallFacts) -> bool:
        rule, caller = self.rule, facts.caller
        return (
            rule.service in ("*", facts.service)
            and (not rule.accounts or caller.account in rule.accounts)
            and (not rule.regions or caller.region in rule.regions)
            and any(fnmatchcase(facts.operation, pattern) for pattern in rule.operations)
        )


def _arm(rules: Iterable[Rule]) -> list[_Armed[Rule]]:
    return [_Armed(rule) for rule in rules]


class ScenarioFaults:
    """Implements FaultPlan from the faults of a scenario. They can be exchanged while the estate runs."""

    def __init__(self, faults: Faults, dice: Dice) -> None:
        self._dice = dice
        self._origin = faults
        self.replace(faults)

    def replace(self, faults: Faults) -> None:
        """From now on these faults, and no others; counts begin anew."""
        self.faults = faults
        self._latency = _arm(faults.latency)
        self._unreachable = _arm(faults.unreachable)
        self._throttling = _arm(faults.throttling)
        self._failing = _arm(faults.failing_operations)
        self._lost = _arm(faults.lost_replies)
        self._calls_matter = any((faults.latency, faults.unreachable, faults.throttling))
        self._calls_matter = self._calls_matter or bool(faults.failing_operations or faults.lost_replies)

    def add(self, more: Faults) -> None:
        """These faults too. Rules of `more` come after the present ones, whose counts begin anew."""
        update = {name: getattr(self.faults, name) + getattr(more, name) for name in more.model_fields_set}
        self.replace(self.faults.model_copy(update=update))

    def reset(self) -> None:
        """Back to the faults that the scenario came with."""
        self.replace(self._origin)

    def judge(self, facts: CallFacts) -> Verdict:
        """Delay, then refusal, then the fate of the reply; the first rule that strikes decides."""
        if not self._calls_matter:
            return PROCEED
        delay = self._delay(facts)
        if any(self._strikes(armed, facts) for armed in self._unreachable):
            return Verdict(unreachable=True, delay=delay)
        refusal = self._throttle(facts) or self._failure(facts)
        if refusal is not None:
            return Verdict(refusal=refusal, delay=delay)
        lost = any(self._strikes(armed, facts) for armed in self._lost)
        return Verdict(lose_reply=lost, delay=delay) if lost or delay else PROCEED

    def launch_error(self, server: str, failed_before: int) -> str | None:
        """The first rule for this server that has not yet failed it often enough."""
        for rule in self.faults.launch_failures:
            if fnmatchcase(server, rule.servers) and (rule.times == "always" or failed_before < rule.times):
                return rule.error
        return None

    def document_failure(self, document: str, failed_before: int) -> FailingDocument | None:
        """The first rule for this document that has not yet failed it often enough."""
        for rule in self.faults.failing_documents:
            if fnmatchcase(document, rule.documents) and (rule.times == "always" or failed_before < rule.times):
                return rule
        return None

    def impairs(self, server: str) -> bool:
        """Whether the scenario names this server among those whose checks never pass."""
        return any(fnmatchcase(server, pattern) for pattern in self.faults.impaired_instances)

    def lacks_capacity(self, instance_type: str) -> bool:
        """Whether the scenario names this type among those of which there is none."""
        return any(fnmatchcase(instance_type, pattern) for pattern in self.faults.no_capacity)

    def failover_fails(self, global_cluster: str) -> bool:
        """Whether the scenario lets failovers of this cluster fail."""
        return any(fnmatchcase(global_cluster, pattern) for pattern in self.faults.failing_failovers)

    def _delay(self, facts: CallFacts) -> float:
        struck = [armed.rule.takes for armed in self._latency if armed.touches(facts)]
        return sum(self._dice.sample(takes, "latency", facts.number, index) for index, takes in enumerate(struck))

    def _throttle(self, facts: CallFacts) -> EstateError | None:
        for index, armed in enumerate(self._throttling):
            if armed.touches(facts) and (self._over_rate(armed, facts) or self._unlucky(armed, facts, index)):
                return refusal_of(facts.service)
        return None

    def _over_rate(self, armed: _Armed[Throttling], facts: CallFacts) -> bool:
        rule = armed.rule
        if rule.per_second is None:
            return False
        caller = facts.caller
        place = (caller.account, "" if facts.service == "route53" else caller.region)
        bucket = armed.buckets.setdefault(place, Bucket(rule.per_second, rule.burst, facts.at))
        return not bucket.take(facts.at)

    def _unlucky(self, armed: _Armed[Throttling], facts: CallFacts, index: int) -> bool:
        return self._dice.roll("throttle", index, facts.number) < armed.rule.chance

    def _failure(self, facts: CallFacts) -> EstateError | None:
        for armed in self._failing:
            if self._strikes(armed, facts):
                return EstateError(armed.rule.code, armed.rule.message, armed.rule.http_status)
        return None

    def _strikes(
        self, armed: _Armed[Unreachable] | _Armed[FailingOperation] | _Armed[LostReply], facts: CallFacts
    ) -> bool:
        rule = armed.rule
        if (rule.times != "always" and armed.struck >= rule.times) or not armed.touches(facts):
            return False
        chance = 1.0 if isinstance(rule, Unreachable) else rule.chance
        if chance < 1 and self._dice.roll(type(rule).__name__, facts.number) >= chance:
            return False
        armed.struck += 1
        return True
