"""The port to a hub: all that the commands need of AWS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

    from groundswell.domain.request import DRRequested
    from groundswell.ports.store import Store
    from groundswell.ports.world import BusEntry
    from groundswell.reactions.preview_plan import Preview
    from groundswell_cli.door import Kept, Ticket
    from groundswell_cli.machinery import Machinery


@dataclass(frozen=True)
class Place:
    """Where a hub is, and how it is named in commands."""

    stack: str
    region: str
    bus: str
    options: str = ""
    """What a command must be given to find this hub again, with a space before; empty where it is the default."""
    endpoint: str | None = None
    """The address of an AWS of one's own; None for AWS itself."""

    def command(self, text: str) -> str:
        """The `dr` command to type next."""
        return f"dr {text}{self.options}"


class Hub(Protocol):
    """A hub that was found."""

    @property
    def place(self) -> Place:
        """Where it is."""

    @property
    def store(self) -> Store:
        """Its ledger, to be read."""

    @property
    def machinery(self) -> Machinery:
        """Its queues, alarms, rules and the like, to be looked at."""

    def preview(self, request: DRRequested, *, with_calls: bool = False) -> Preview:
        """What the request would come to, and which calls it would make; nothing is written.

        Raises:
            CliError: the preview function does not answer.
        """

    @property
    def has_door(self) -> bool:
        """Whether it has a door; one that was deployed before there were doors has none."""

    def decide(self, command: str, body: Mapping[str, JsonValue]) -> Ticket:
        """Say a decision at its door, as whoever is signed in.

        Raises:
            CliError: it was not taken, or the door cannot be reached.
        """

    def put_plan(self, body: Mapping[str, JsonValue]) -> Kept:
        """Put a named plan at its door, as whoever is signed in.

        Raises:
            CliError: it was not kept, or the door cannot be reached.
        """

    def publish(self, entry: BusEntry) -> None:
        """Put one event on its bus.

        Raises:
            CliError: the bus did not take it.
        """
