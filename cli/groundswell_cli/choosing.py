"""Which resources of an execution are meant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from groundswell.domain.records import Execution, Resource
from groundswell.domain.states import ResourceState
from groundswell.ledger import reading
from groundswell.ports.store import Store
from groundswell_cli.errors import refused


@dataclass(frozen=True)
class Choice:
    """A choice of resources; what is empty chooses all."""

    waves: tuple[int, ...] = ()
    states: tuple[ResourceState, ...] = ()
    technologies: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, *, waves: Iterable[int] | None, states: Iterable[str] | None, technologies: Iterable[str] | None
    ) -> Self:
        """The choice as it was typed.

        Raises:
            CliError: a state is not known.
        """
        known = tuple(_state(name) for name in states or ())
        return cls(tuple(waves or ()), known, tuple(technologies or ()))

    def __str__(self) -> str:
        """The choice as a sentence holds it."""
        parts = [f"wave {wave}" for wave in self.waves]
        parts += [f"state {state}" for state in self.states]
        parts += [f"technology {name}" for name in self.technologies]
        return ", ".join(parts)

    def read(self, store: Store, execution: Execution) -> list[Resource]:
        """The chosen resources, by wave, technology and id.

        Raises:
            CliError: the execution has no such wave.
        """
        known = {wave.wave: wave for wave in reading.waves(store, execution.execution_id)}
        for wave in self.waves:
            if wave not in known:
                listed = ", ".join(map(str, known)) or "none"
                raise refused(f"execution {execution.execution_id} has no wave {wave}: its waves are {listed}")
        return [
            resource
            for number, wave in known.items()
            if not self.waves or number in self.waves
            for resource in reading.resources(store, wave.lanes)
            if self._is_chosen(resource)
        ]

    def _is_chosen(self, resource: Resource) -> bool:
        is_in_state = not self.states or resource.state in self.states
        return is_in_state and (not self.technologies or resource.technology in self.technologies)


def _state(name: str) -> ResourceState:
    try:
        return ResourceState(name.upper().replace("-", "_"))
    except ValueError:
        known = ", ".join(ResourceState)
        raise refused(f"unknown state {name!r}: resources are {known}") from None
