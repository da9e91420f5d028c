"""What Systems Manager keeps of an account and Region: nodes, automation executions, commands."""

from dataclasses import dataclass, field

from rehearsal.estate.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Node:
    """An instance with an agent."""

    instance_id: str
    tags: dict[str, str]
    online: bool


@dataclass(slots=True)
class Automation:
    """An execution of an Automation document. Asked for by id it is there from `created`, in lists from `listed_at`.

    `status` and the `action` of its one step are known to the end when it is started.
    """

    execution_id: str
    document: str
    token: str
    parameters: dict[str, list[str]]
    tags: dict[str, str]
    created: float
    answers_at: float
    listed_at: float
    status: Timeline[str]
    action: Timeline[str]
    message: str

    def sort_key(self) -> str:
        """Sorts executions newest first."""
        return f"{10**11 - self.created:019.6f}/{self.execution_id}"


@dataclass(slots=True)
class Invocation:
    """A command on one node: status and its details, and when it begins to be listed."""

    instance_id: str
    listed_at: float
    status: Timeline[tuple[str, str]]


@dataclass(slots=True)
class Command:
    """A command. Its whole course is known when it is sent; lists have it from `listed_at` on."""

    command_id: str
    document: str
    comment: str
    parameters: dict[str, list[str]]
    instance_ids: list[str]
    targets: list[dict[str, object]]
    created: float
    listed_at: float
    timeout: int
    status: Timeline[tuple[str, str]]
    invocations: list[Invocation] = field(default_factory=list)

    def sort_key(self) -> str:
        """Sorts commands newest first."""
        return f"{10**11 - self.created:019.6f}/{self.command_id}"


@dataclass(slots=True)
class Runs:
    """All of an account and Region, by id; `failed` counts the runs of each document that came to nothing."""

    nodes: dict[str, Node] = field(default_factory=dict)
    automations: dict[str, Automation] = field(default_factory=dict)
    commands: dict[str, Command] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)
