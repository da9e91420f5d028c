"""What a run of a Systems Manager document declares: which document, with what, where."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, JsonValue, TypeAdapter, ValidationError, model_validator

from groundswell.domain.doubled_keys import doubled_in_words, doubled_keys
from groundswell.technologies.declared import Declared, read

if TYPE_CHECKING:
    from mypy_boto3_ssm.type_defs import TargetTypeDef

LONGEST_LIMIT = 14_400
"""Seconds that a run may be given: the latest default deadline of a wave."""
MOST_INSTANCES = 50
"""Instances that one command names (SendCommand, InstanceIds)."""
_MOST_TAGS, _MOST_VALUES = 5, 50
_INSTANCE = re.compile(r"(i|mi)-[0-9a-f]{8,32}")
_TAG = re.compile(r"tag:([^=;]+)=([^;]+)")
_TEXTS = TypeAdapter(dict[str, list[str]])


def _document_parameters(text: object) -> object:
    try:
        if not isinstance(text, str):
            return _TEXTS.validate_python(text, strict=True)
        read, doubled = _TEXTS.validate_json(text), doubled_keys(text)
    except ValidationError as error:
        raise ValueError('give a JSON object of lists of texts, e.g. {"Port": ["443"]}') from error
    if doubled:
        raise ValueError("; ".join(doubled_in_words(doubled)))
    return read


def _instances(text: object) -> object:
    names = [name.strip() for name in text.split(",")] if isinstance(text, str) else text
    if not isinstance(names, list) or not names or len(names) > MOST_INSTANCES:
        raise ValueError(f"give 1 to {MOST_INSTANCES} instance ids, separated by commas")
    wrong = [name for name in names if not _INSTANCE.fullmatch(str(name))]
    if wrong:
        raise ValueError(f"{wrong[0]!r} is no instance id, e.g. i-0123456789abcdef0")
    return tuple(dict.fromkeys(names))


def _tags(text: object) -> object:
    """`tag:Name=value,value;tag:Other=value`: instances that have one of the values for each of the tags."""
    parts = [_TAG.fullmatch(part.strip()) for part in str(text).split(";")]
    if not parts or len(parts) > _MOST_TAGS or not all(parts):
        raise ValueError(f"give 1 to {_MOST_TAGS} tags as tag:Name=value, separated by semicolons")
    tags = {part[1]: tuple(value.strip() for value in part[2].split(",")) for part in parts if part}
    if any(len(values) > _MOST_VALUES or not all(values) for values in tags.values()):
        raise ValueError(f"give each tag 1 to {_MOST_VALUES} values, separated by commas, none of them empty")
    return tags


def _document_name(name: str) -> str:
    if not re.fullmatch(r"[a-zA-Z0-9_.-]{3,128}", name):
        raise ValueError("give a document of the account by its name: 3 to 128 letters, digits, dots, dashes")
    return name


class Run(Declared):
    """The parameters of a run."""

    kind: Literal["automation", "command"]
    document: Annotated[str, AfterValidator(_document_name)]
    parameters: Annotated[dict[str, list[str]], BeforeValidator(_document_parameters)] = Field(default_factory=dict)
    instances: Annotated[tuple[str, ...], BeforeValidator(_instances)] = ()
    targets: Annotated[dict[str, tuple[str, ...]], BeforeValidator(_tags)] = Field(default_factory=dict)
    limit_seconds: int = Field(default=900, ge=1, le=LONGEST_LIMIT)

    @model_validator(mode="after")
    def _goes_where_it_can(self) -> Self:
        places = bool(self.instances) + bool(self.targets)
        if self.kind == "command" and places != 1:
            raise ValueError("a command needs either instances or targets, not both and not neither")
        if self.kind == "automation" and places:
            raise ValueError("an automation takes no instances and no targets: give them as its document's parameters")
        return self

    @property
    def limit(self) -> timedelta:
        """How long the run may take."""
        return timedelta(seconds=self.limit_seconds)

    @property
    def tag_targets(self) -> list[TargetTypeDef]:
        """The targets as SendCommand takes them."""
        return [{"Key": f"tag:{name}", "Values": list(values)} for name, values in self.targets.items()]

    def __str__(self) -> str:
        return f"{self.kind} {self.document}"


def run_of(parameters: Mapping[str, JsonValue]) -> Run | tuple[str, ...]:
    """The run that parameters declare, or all that is wrong with them."""
    return read(Run, parameters)


def flaws(parameters: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """All that is wrong with the parameters of a run."""
    found = run_of(parameters)
    return found if isinstance(found, tuple) else ()
