"""The operations that the estate knows, registered by service and name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rehearsal.estate.ask import Ask
from rehearsal.estate.caller import Caller
from rehearsal.estate.errors import EstateError

if TYPE_CHECKING:
    from rehearsal.estate.state.world import Site, World

Reply = dict[str, object]


@dataclass(slots=True)
class Call:
    """One call as its operation sees it. What it did goes into `effects`, for the log; `now` is in epoch seconds."""

    caller: Caller
    ask: Ask
    now: float
    world: "World"
    effects: dict[str, object] = field(default_factory=dict)

    @property
    def site(self) -> "Site":
        """What the caller's account holds in the caller's Region."""
        return self.world.site(self.caller)


Handler = Callable[[Call], Reply]


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation, whether it changes anything, and which of its parameters identify a call in the log."""

    service: str
    name: str
    handler: Handler
    mutating: bool
    subject: tuple[str, ...]


_REGISTRY: dict[tuple[str, str], Operation] = {}


def operation(
    service: str, name: str, *, mutating: bool = False, subject: tuple[str, ...] = ()
) -> Callable[[Handler], Handler]:
    """Register the decorated function as this operation."""

    def register(handler: Handler) -> Handler:
        _REGISTRY[service, name] = Operation(service, name, handler, mutating, subject)
        return handler

    return register


def find_operation(service: str, name: str) -> Operation:
    """The operation, or an error that lists what the estate knows of this service."""
    found = _REGISTRY.get((service, name))
    if found is None:
        known = ", ".join(sorted(key[1] for key in _REGISTRY if key[0] == service)) or "nothing of this service"
        raise EstateError("InvalidAction", f"The simulated estate has no {service}:{name}. It knows: {known}.")
    return found


def all_operations() -> Mapping[tuple[str, str], Operation]:
    """Every operation by (service, name)."""
    return dict(_REGISTRY)
