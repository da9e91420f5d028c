"""What a scenario declares besides what it holds: checks of web addresses, runs of documents, and the web itself."""

from typing import Literal

from pydantic import Field

from rehearsal.estate.scenario.durations import SpreadField
from rehearsal.estate.scenario.member import Member
from rehearsal.estate.scenario.strict import Part
from rehearsal.estate.scenario.templates import Template


class WebCheck(Member):
    """An https check for each customer. Other parameters as they are declared: texts."""

    name: Template
    url: Template
    parameters: dict[str, Template] = Field(default_factory=dict)


class DocumentRun(Member):
    """An ssm run for each customer. Other parameters as they are declared: texts."""

    name: Template
    kind: Literal["automation", "command"]
    document: Template
    nodes: Template | None = Field(None, description="for a command: the name of the node that it runs on")
    parameters: dict[str, str] = Field(default_factory=dict)


class Checks(Part):
    """All checks of a scenario, for the inventory."""

    https: tuple[WebCheck, ...] = ()
    ssm: tuple[DocumentRun, ...] = ()


class WebPage(Part):
    """What an address of the simulated web answers, and from when on; before that nobody does. In process only."""

    url: str = Field(description="with wildcards")
    status: int = Field(200, ge=100, le=599)
    text: str = "ok"
    up_after: SpreadField | None = Field(None, description="after the estate's beginning; None: from the beginning")
