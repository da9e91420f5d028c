"""A rehearsal: the hub's own template on the embedded stack, over the simulated estate of a scenario."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import yaml
from botocore.exceptions import BotoCoreError

from rehearsal.estate.scenario.inventory import inventory_of
from rehearsal.estate.scenario.load import load_scenario
from rehearsal.estate.scenario.model import Scenario
from rehearsal.estate_process import EstateProcess
from rehearsal.processes import ProcessFailedError
from rehearsal.stack import EmbeddedStack, StackSettings, embedded_stack

INVENTORY_KEY = "inventory.yaml"


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A hub that is up, and the estate that it protects."""

    stack: EmbeddedStack
    estate: EstateProcess
    scenario: Scenario

    def check_running(self) -> None:
        """Raise ProcessFailedError, with the end of its log, if the emulator or the estate has ended."""
        self.stack.emulator.check_running()
        self.estate.check_running()


@contextmanager
def rehearsal(
    scenario_name: str,
    *,
    factor: float,
    parameters: Mapping[str, str] | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Iterator[Rehearsal]:
    """Bring the scenario up, and everything down again at the end, whatever happens.

    `parameters` of the hub's template, beside those of every rehearsal.
    """
    scenario = load_scenario(scenario_name)
    estate = EstateProcess(scenario_name, factor)
    parameters = {"WorkloadAccounts": ",".join(scenario.accounts), **(parameters or {})}
    if scenario.story and scenario.story.deadlines:
        parameters["WaveDeadlineSeconds"] = ",".join(map(str, scenario.story.deadlines))
    settings = StackSettings(name=scenario.name, parameters=parameters)
    with embedded_stack(settings, estate, progress=progress) as stack:
        put_inventory(stack, scenario)
        yield Rehearsal(stack, estate, scenario)


@contextmanager
def naming_what_ended(running: Rehearsal) -> Iterator[None]:
    """Turn calls that nobody answers into a ProcessFailedError that names the part that died, and its log."""
    try:
        yield
    except BotoCoreError as error:
        running.check_running()
        log = running.stack.emulator.log
        raise ProcessFailedError(f"the emulator does not answer: {error}; log: {log}") from error


def put_inventory(stack: EmbeddedStack, scenario: Scenario) -> None:
    """Put what the scenario declares where the hub reads it."""
    declared = yaml.safe_dump(inventory_of(scenario), sort_keys=False)
    s3 = stack.hub.session().client("s3")
    s3.put_object(Bucket=stack.outputs["InventoryBucket"], Key=INVENTORY_KEY, Body=declared.encode())
