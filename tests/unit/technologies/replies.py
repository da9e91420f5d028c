"""AWS's replies, written by hand: what a service may answer, held to botocore's model of it, and to nothing of ours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import botocore.session
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

from groundswell.domain.operations import Operation
from groundswell.technologies.contract import Look
from tests.unit.technologies.bench import ACCOUNT, TARGET

NOW = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
Answer = Mapping[str, Any] | Exception
_SESSION = botocore.session.get_session()


def refusal(code: str, operation: str = "Describe") -> ClientError:
    """An error of AWS's."""
    return ClientError({"Error": {"Code": code, "Message": "said AWS"}}, operation)


@dataclass
class Replies:
    """Clients whose every answer is given: by `service:method`, one for all calls of it, or one a page."""

    given: Mapping[str, Answer | Sequence[Answer]]
    asked: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    calls: Mapping[str, int] = field(default_factory=dict)

    def client(self, service: str) -> Any:  # what a client is, only its service's stubs can say
        """A client that gives these answers."""
        return _Client(service, self)

    def pages(self, name: str, asked: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """The answers to a call."""
        self.asked.append((name, asked))
        given = self.given[name]
        answers = [given] if isinstance(given, Mapping | Exception) else list(given)
        return [_checked(name, answer) for answer in answers]


@dataclass(frozen=True)
class _Client:
    service: str
    replies: Replies

    def __getattr__(self, method: str) -> Any:
        return lambda **asked: self.replies.pages(f"{self.service}:{method}", asked)[0]

    def get_paginator(self, method: str) -> _Paginator:
        return _Paginator(f"{self.service}:{method}", self.replies)


@dataclass(frozen=True)
class _Paginator:
    name: str
    replies: Replies

    def paginate(self, **asked: Any) -> Iterator[Mapping[str, Any]]:
        return iter(self.replies.pages(self.name, asked))


def _checked(name: str, answer: Answer) -> Mapping[str, Any]:
    """The answer, if the service's model knows all of it."""
    if isinstance(answer, Exception):
        raise answer
    service, method = name.split(":")
    model = _SESSION.get_service_model(service)
    operation = "".join(word.capitalize() for word in method.split("_"))
    known = next(each for each in model.operation_names if each.lower() == operation.lower())
    shape = model.operation_model(known).output_shape
    assert shape is not None
    report = ParamValidator().validate(dict(answer), shape)
    assert not report.has_errors(), f"{name}: {report.generate_report()}"
    return answer


def look_at(given: Mapping[str, Answer | Sequence[Answer]], operation: Operation = Operation.FAILOVER) -> Look:
    """A look at a world that answers so."""
    return Look(ACCOUNT, TARGET, operation, NOW, Replies(given))
