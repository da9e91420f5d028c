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
        programs = [str(tools.ROOT / ".venv" / "bin"), str(tools.AWS_CLI / "bin"), environment.get("PATH", os.defpath)]
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
        progress(f"Starting the emulated AWS at {emulator.endpoint}; logs are in {directory}")
        emulator.start(simulated.start(emulator.endpoint, directory))
        yield EmbeddedStack(emulator, _deploy_all(settings, emulator, directory, progress), directory)
    finally:
        emulator.stop()
        simulated.stop()


def _deploy_all(
    settings: StackSettings, emulator: Emulator, directory: Path, progress: Callable[[str], None]
) -> Outputs:
    """The hub's template and every workload account's; what does not wait for something else runs side by side."""
    project, hub, log = settings.project, emulator.account(), directory / "sam.log"
    parameters = project.parameters(settings.parameters)
    accounts = [emulator.account(number) for number in parameters["WorkloadAccounts"].split(",")]
    grants = {
        "HubAccountId": hub.account_id,
        "HubRegion": hub.region,
        "HubStackName": project.stack_name,
        "ExternalId": parameters["ExternalId"],
    }
    with ThreadPoolExecutor() as pool:
        progress(f"Building {project.template.name}, and setting up {len(accounts)} workload accounts")
        granted = pool.submit(deploy_workload_accounts, accounts, grants)
        template = build(project, parameters, into=directory / "build", log=log)
        progress(f"Deploying the stack {project.stack_name}")
        outputs = deploy(project, template, hub, parameters=parameters, log=log)
        granted.result()
    shutil.rmtree(template.parent)
    return outputs
