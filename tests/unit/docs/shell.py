"""The commands in code blocks for a shell, as far as they can be read without one."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import botocore.session
from botocore import xform_name
from botocore.model import OperationModel

_GLOBAL = {"region", "query", "output", "endpoint-url", "profile"}
"""Options of every command of the AWS CLI."""
_RENAMED = {("sns", "subscribe"): {"notification-endpoint": "endpoint"}}
"""Options that the CLI calls otherwise than the API."""
_OF_THE_CLI_ITSELF = {("s3", "cp"), ("cloudformation", "deploy")}
"""Commands that are more than one call."""


@dataclass(frozen=True)
class AwsCommand:
    """A command of the AWS CLI."""

    service: str
    operation: str
    options: Mapping[str, str]
    words: tuple[str, ...] = ()
    """As they are typed, after `aws`."""

    @property
    def model(self) -> OperationModel:
        """The operation that it calls.

        Raises:
            KeyError: there is none of this name.
        """
        service = botocore.session.get_session().get_service_model(self.service)
        by_name = {xform_name(name, "-"): name for name in service.operation_names}
        return service.operation_model(by_name[self.operation])

    @property
    def arguments(self) -> dict[str, str]:
        """The options that are the operation's own, by the names of its input."""
        shape = self.model.input_shape
        members = {xform_name(name, "-"): name for name in shape.members} if shape else {}
        renamed = _RENAMED.get((self.service, self.operation), {})
        own = {renamed.get(option, option): value for option, value in self.options.items() if option not in _GLOBAL}
        return {members[option]: value for option, value in own.items()}


def aws_commands(code: str, variables: Mapping[str, str] | None = None) -> Iterator[AwsCommand]:
    """The AWS CLI's commands in a block, those within `$(…)` too; other variables stay as they are."""
    joined = code.replace("\\\n", " ")
    for place in re.finditer(r"\baws (?=[a-z])", joined):
        words = _words(_expanded(_up_to_its_end(joined[place.start() :]), variables or {}))
        if (words[1], words[2]) not in _OF_THE_CLI_ITSELF:
            yield AwsCommand(words[1], words[2], _options(words[3:]), tuple(words[1:]))


def _up_to_its_end(text: str) -> str:
    """The command without what follows it: a pipe, a closing bracket of `$(…)`, the next line."""
    quote, depth = "", 0
    for place, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote and text[place - 1] != "\\" else quote
        elif letter in "'\"":
            quote = letter
        elif letter == "(":
            depth += 1
        elif letter == ")" and depth:
            depth -= 1
        elif letter in ")|;\n":
            return text[:place]
    return text


def _expanded(command: str, variables: Mapping[str, str]) -> str:
    command = re.sub(r"\$\(date [^)]*\)", "2030-01-01T00:00:00.000000Z", command)
    for name, value in variables.items():
        command = re.sub(rf"\$(?:{name}\b|\{{{name}\}})", value, command)
    return command


def _words(command: str) -> list[str]:
    return shlex.split(command)


def _options(words: list[str]) -> dict[str, str]:
    options: dict[str, str] = {}
    name = ""
    for word in words:
        if word.startswith("--"):
            name = word[2:]
            options[name] = ""
        elif name:
            options[name] = f"{options[name]} {word}".strip()
    return options
