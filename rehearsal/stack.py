"""The embedded stack: emulator, estate, the hub's own template and the workload accounts, up and connected."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from rehearsal import tools
from rehearsal.accounts import EmbeddedAccount
from rehearsal.build import build
from rehearsal.deploy import deploy
from rehearsal.emulator import Emulator, EmulatorSettings
from rehearsal.run_directory import new_run_directory
from rehearsal.sam_project import SamProject
from rehearsal.stack_events import Outputs
from rehearsal.workload_accounts import deploy_workload_accounts


class Estate(Protocol):
    """The simulated services, as the stack needs them."""

    def start(self, control_plane: str, directory: Path) -> Mapping[str, str]:
        """Serve, asking the control plane at this address who calls; returns variables for the functions."""
        ...

    def stop(self) -> None:
        """Stop serving. Safe to repeat."""
        ...


class NoEstate:
    """A stack without simulated services: what is not emulated is not there."""

    def start(self, control_plane: str, directory: Path) -> Mapping[str, str]:  # noqa: ARG002 - the protocol's
        """Nothing to serve."""
        return {}

    def stop(self) -> None:
        """Nothing to stop."""


@dataclass(frozen=True, slots=True)
class StackSettings:
    """What one embedded stack is made of; parameters go before samconfig.toml's."""

    name: str
    project: SamProject = field(default_factory=SamProject)
    emulator: EmulatorSettings = field(default_factory=EmulatorSettings)
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EmbeddedStack:
    """A running stack: where it is, what it is made of, and how to speak to it."""

    emulator: Emulator
    outputs: Outputs
    directory: Path

    @property
    def hub(self) -> EmbeddedAccount:
        """The hub account in the target Region."""
        return self.emulator.account()

    def account(self, account_id: str) -> EmbeddedAccount:
        """A workload account in the target Region."""
        return self.emulator.account(account_id)

    def environment(self) -> dict[str, str]:
        """The environment of an operator at the hub, with `aws` and `dr` on the path."""
        environment = self.hub.environment()
        programs = [
            str(tools.ROOT / ".venv" / "bin"),
            str(tools.OPERATOR_PROGRAMS),
            environment.get("PATH", os.defpath),
        ]
        return environment | {"PATH": os.pathsep.join(programs)}


@contextmanager
def embedded_stack(
    settings: StackSettings, estate: Estate | None = None, *, progress: Callable[[str], None] = lambda _: None
) -> Iterator[EmbeddedStack]:
    """Bring everything up, and down again at the end, whatever happens; progress is told what is being done."""
    directory = new_run_directory(settings.name)
    emulator = Emulator(directory / "emulator.log", settings.emulator)
    simulated = estate or NoEstate()
    try:
        yield EmbeddedStack(emulator, _bring_up(settings, emulator, simulated, directory, progress), directory)
    finally:
        emulator.stop()
        simulated.stop()


def _bring_up(
    settings: StackSettings, emulator: Emulator, estate: Estate, directory: Path, progress: Callable[[str], None]
) -> Outputs:
    project, hub, log = settings.project, emulator.account(), directory / "sam.log"
    parameters = project.parameters(settings.parameters)
    with ThreadPoolExecutor() as pool:
        progress(f"Building {project.template.name}; logs are in {directory.relative_to(tools.ROOT)}")
        template = pool.submit(build, project, parameters, into=directory / "build", log=log)
        progress(f"Starting the emulated AWS at {emulator.endpoint} and the estate")
        emulator.start(estate.start(emulator.endpoint, directory))
        progress(f"Setting up workload accounts: {parameters['WorkloadAccounts']}")
        _set_up_workload_accounts(project, emulator, parameters)
        built = template.result()
    progress(f"Deploying the stack {project.stack_name}")
    outputs = deploy(project, built, hub, parameters=parameters, log=log)
    shutil.rmtree(built.parent)
    return outputs


def _set_up_workload_accounts(project: SamProject, emulator: Emulator, parameters: Mapping[str, str]) -> None:
    hub = emulator.account()
    grants = {
        "HubAccountId": hub.account_id,
        "HubRegion": hub.region,
        "HubStackName": project.stack_name,
        "ExternalId": parameters["ExternalId"],
    }
    accounts = [emulator.account(number) for number in parameters["WorkloadAccounts"].split(",")]
    deploy_workload_accounts(accounts, grants)
