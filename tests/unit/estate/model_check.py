"""Holds an answer of the estate against botocore's model of the operation: names, types, allowed values."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from functools import cache

from botocore.loaders import create_loader
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StringShape, StructureShape

_LOADER = create_loader()
_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "long": int,
    "double": (int, float),
    "float": (int, float),
    "boolean": bool,
    "timestamp": dt.datetime,
}

_DOCUMENTED = frozenset({"switching-over"})
"""Values that the model's text describes and its enum leaves out (FailoverState.Status)."""


@cache
def model_of(service: str) -> ServiceModel:
    """The service's model."""
    return ServiceModel(_LOADER.load_service_model(service, "service-2"), service)


def faults_of(service: str, operation: str, reply: object) -> list[str]:
    """Everything in the reply that the model does not allow, with its place."""
    shape = model_of(service).operation_model(operation).output_shape
    return [] if shape is None else list(_walk(shape, reply, operation))


def _walk(shape: Shape, value: object, place: str) -> Iterator[str]:
    if isinstance(shape, StructureShape):
        yield from _structure(shape, value, place)
    elif isinstance(shape, ListShape):
        if not isinstance(value, list):
            yield f"{place}: {value!r} is no list"
            return
        for index, item in enumerate(value):
            yield from _walk(shape.member, item, f"{place}[{index}]")
    elif isinstance(shape, MapShape):
        if not isinstance(value, dict):
            yield f"{place}: {value!r} is no map"
    else:
        yield from _scalar(shape, value, place)


def _structure(shape: StructureShape, value: object, place: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{place}: {value!r} is no structure"
        return
    for name in shape.required_members:
        if name not in value:
            yield f"{place}: {name} is missing"
    for name, item in value.items():
        if name not in shape.members:
            yield f"{place}: the model has no {name}"
        else:
            yield from _walk(shape.members[name], item, f"{place}.{name}")


def _scalar(shape: Shape, value: object, place: str) -> Iterator[str]:
    if not isinstance(value, _TYPES[shape.type_name]):
        yield f"{place}: {value!r} is no {shape.type_name}"
    elif isinstance(value, dt.datetime) and value.tzinfo is None:
        yield f"{place}: {value!r} is naive"
    elif isinstance(value, str) and isinstance(shape, StringShape):
        pattern = shape.metadata.get("pattern")
        if shape.enum and value not in shape.enum and value != "switching-over":
            yield f"{place}: {value!r} is not one of {shape.enum}"
        if pattern and not re.fullmatch(_readable(pattern), value):
            yield f"{place}: {value!r} does not match {pattern}"


def _readable(pattern: str) -> str:
    """A pattern with the classes of signs that Python's `re` does not know: letters, digits, spaces."""
    for name, meaning in (("L", r"\w"), ("N", r"\d"), ("Z", r"\s")):
        pattern = pattern.replace(rf"\p{{{name}}}", meaning)
    return pattern
