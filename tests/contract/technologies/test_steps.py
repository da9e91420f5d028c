"""What every step must keep to, driven on the simulated estate."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from groundswell.domain.ids import ResourceId
from groundswell.domain.operations import Operation
from groundswell.technologies.contract import Done, Look, Observation, Step, Target
from groundswell.technologies.registry import BUILT_IN, load
from tests.contract.technologies.cases import case_of, phases_of

EVIDENCE_BYTES = 1024

_RECOVERIES = [(name, operation) for name in BUILT_IN for operation in Operation if load(name).supports(operation)]
every_recovery = pytest.mark.parametrize(("name", "operation"), _RECOVERIES)
every_lasting_recovery = pytest.mark.parametrize(
    ("name", "operation"), [(name, operation) for name, operation in _RECOVERIES if not load(name).done_anew]
)
every_run = pytest.mark.parametrize(
    ("name", "operation"), [(name, operation) for name, operation in _RECOVERIES if load(name).done_anew]
)


def looking_twice(step: Step) -> Step:
    """The step with every look made twice, which must show the same, and of all that it was asked for."""

    def observe(look: Look, targets: Sequence[Target]) -> Mapping[ResourceId, Observation]:
        first, second = step.observe(look, targets), step.observe(look, targets)
        assert first == second
        assert set(first) == {target.resource_id for target in targets}
        return first

    return replace(step, observe=observe)


@every_recovery
def test_observe_shows_the_same_of_every_target_when_it_looks_twice(name: str, operation: Operation) -> None:
    technology = load(name)
    at, targets = case_of(name).opened(technology)

    for phase in phases_of(name, operation):
        targets = at.take_through(looking_twice(technology.steps[operation, phase]), targets, operation)

    assert all(target.evidence for target in targets)


@every_lasting_recovery
def test_nothing_is_due_when_everything_was_recovered_before(name: str, operation: Operation) -> None:
    technology = load(name)
    at, targets = case_of(name).opened(technology)
    at.recover(technology, operation, targets)
    written = len(at.estate.log.select(mutating=True))

    again = at.recover(technology, operation, targets)

    assert written > 0
    assert len(again) == len(targets)
    assert len(at.estate.log.select(mutating=True)) == written


@every_run
def test_it_is_done_again_when_an_earlier_execution_did_it(name: str, operation: Operation) -> None:
    technology = load(name)
    at, targets = case_of(name).opened(technology)
    before = at.recover(technology, operation, targets)
    seen = at.asked()

    after = at.recover(technology, operation, targets)

    assert [target.resource_id for target in after] == [target.resource_id for target in before]
    assert at.asked() >= seen + len(targets)


@every_lasting_recovery
def test_phase_stays_done_when_it_is_looked_at_later(name: str, operation: Operation) -> None:
    technology = load(name)
    at, targets = case_of(name).opened(technology)
    recovered = at.recover(technology, operation, targets)
    at.clock.advance(3600)

    seen = {
        phase: technology.steps[operation, phase].observe(at.look(operation), recovered)
        for phase in phases_of(name, operation)
    }

    assert all(isinstance(one, Done) for observed in seen.values() for one in observed.values())


@every_recovery
def test_evidence_is_small_json(name: str, operation: Operation) -> None:
    technology = load(name)
    at, targets = case_of(name).opened(technology)

    recovered = at.recover(technology, operation, targets)

    assert all(len(json.dumps(target.evidence).encode()) <= EVIDENCE_BYTES for target in recovered)
