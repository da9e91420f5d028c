"""What Systems Manager has in each account of a scenario: documents, and nodes that commands run on."""

from typing import Literal

from pydantic import Field

from rehearsal.estate.scenario.durations import SpreadField
from rehearsal.estate.scenario.strict import Part
from rehearsal.estate.scenario.templates import Template


class Document(Part):
    """A document of every account. `approval`: it stops at a step until somebody approves, so much later."""

    name: str
    kind: Literal["Automation", "Command"] = "Automation"
    takes: SpreadField | None = Field(None, description="instead of times.ssm")
    approval: SpreadField | None = None


class NodeGroup(Part):
    """Instances of each customer with an agent, besides those that are launched; one that is not online is known."""

    name: Template
    per_customer: int = Field(1, ge=1)
    tags: dict[str, Template] = Field(default_factory=dict)
    online: bool = True


class Systems(Part):
    """Documents and nodes."""

    documents: tuple[Document, ...] = ()
    nodes: tuple[NodeGroup, ...] = ()
    automations: int = Field(100, ge=1, description="automations that an account and Region runs at a time")
