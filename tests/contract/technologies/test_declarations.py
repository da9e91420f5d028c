"""What every built-in technology must declare, whatever it recovers."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import timedelta

import pytest

from groundswell.domain.errors import ConfigError
from groundswell.domain.operations import PHASES, Operation, Phase
from groundswell.technologies.contract import no_warnings
from groundswell.technologies.registry import BUILT_IN, load

every_technology = pytest.mark.parametrize("name", BUILT_IN)
every_recovering = pytest.mark.parametrize("name", [name for name in BUILT_IN if not load(name).done_anew])
every_run = pytest.mark.parametrize("name", [name for name in BUILT_IN if load(name).done_anew])


@every_technology
def test_technology_is_called_what_it_is_loaded_by(name: str) -> None:
    technology = load(name)

    assert technology.name == name
    assert re.fullmatch(r"[a-z][a-z0-9-]{0,30}", name)


@every_recovering
def test_technology_takes_failover_and_switchover_through_all_their_phases_and_nothing_else(name: str) -> None:
    operations = (Operation.FAILOVER, Operation.SWITCHOVER)

    declared = set(load(name).steps)

    assert declared == {(operation, phase) for operation in operations for phase in PHASES[operation]}


@every_run
def test_what_is_done_anew_is_done_in_activate_of_every_operation_that_has_it(name: str) -> None:
    declared = set(load(name).steps)

    assert declared == {(each, Phase.ACTIVATE) for each in Operation if Phase.ACTIVATE in PHASES[each]}


@every_technology
def test_technology_supports_what_it_has_steps_for(name: str) -> None:
    technology = load(name)

    supported = {operation for operation in Operation if technology.supports(operation)}

    assert supported == {operation for operation, _ in technology.steps}


@every_technology
def test_technology_says_what_a_reader_of_the_docs_must_know(name: str) -> None:
    technology = load(name)

    said = [technology.title, technology.summary, *technology.caveats, *technology.parameters.values()]
    said += technology.optional_parameters.values()

    assert technology.caveats
    assert technology.parameters
    assert all(text.strip() == text and len(text) >= 10 for text in said)


@every_technology
def test_technology_keeps_to_the_bounds_of_work_orders(name: str) -> None:
    technology = load(name)

    assert 1 <= technology.order_size <= 90
    assert technology.tries >= 1
    assert timedelta(seconds=30) <= technology.settle < technology.patience
    assert all(step.batch >= 1 for step in technology.steps.values())


@every_technology
def test_technology_declares_how_its_resources_come_to_be_known(name: str) -> None:
    technology = load(name)

    assert bool(technology.find) is bool(technology.find_reads)
    assert technology.find is not None or technology.warn is not no_warnings


@every_technology
def test_technology_that_looks_from_the_hub_needs_no_right_in_any_account(name: str) -> None:
    technology = load(name)
    steps = technology.steps.values()

    needed = [action for step in steps for action in (*step.reads, *step.writes, *step.dependent)]

    assert technology.from_hub is not bool(needed)
    assert not (technology.from_hub and (technology.find_reads or technology.preflight_reads))


@every_technology
def test_step_declares_writes_exactly_when_it_acts(name: str) -> None:
    for step in load(name).steps.values():
        assert bool(step.reads) is not load(name).from_hub
        assert bool(step.writes) is (step.act is not None)
        assert bool(step.dependent) is bool(step.dependent_source)
        assert step.dependent_source == "" or step.dependent_source.startswith("https://docs.aws.amazon.com/")


@every_technology
def test_load_imports_no_other_technology(name: str) -> None:
    others = [f"groundswell.technologies.{other}" for other in BUILT_IN if other != name]
    code = (
        f"import sys; from groundswell.technologies.registry import load; load({name!r}); "
        f"sys.exit(any(other in sys.modules for other in {others!r}))"
    )

    finished = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)

    assert finished.returncode == 0, finished.stderr.decode()


def test_load_names_the_known_technologies_when_there_is_none_of_that_name() -> None:
    with pytest.raises(ConfigError, match=r"'mainframe'.*aurora, drs, https, route53, ssm"):
        load("mainframe")
