"""YAML that people write, JSON included: read strictly and within bounds, every value with its line and column.

Read from the parser's events, so that nothing is built before its depth and size are known, nothing is ever constructed
but what JSON has, and one wrong value costs no more than what it stands in.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator

import yaml
from pydantic import JsonValue

from groundswell.adapters.yaml_scalars import MAPPING, MERGE, SEQUENCE, WrongValueError, read_scalar, tag_of, unknown
from groundswell.domain.written import Fault, UnreadableTextError, Written

MAX_BYTES = 1_000_000
"""Of a text."""
MAX_VALUES = 100_000
"""Values of a text, those behind aliases counted wherever they are used."""
MAX_VALUES_OF_A_PART = 5_000
"""The same of a list or mapping within it."""
MAX_DEPTH = 40
"""Levels of nesting that are read; what is deeper is a fault of its own."""
_HARD_DEPTH = 10_000
"""Levels at which the text is given up: its parser takes the longer for each the deeper it is."""
_MOST_FAULTS = 20
"""Faults of one part that are told."""
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The parser in C, thirty times as fast, where PyYAML was built with it, as its wheels are."""
_HALVES = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
"""A character that JSON writes as two escapes, which YAML does not know."""
_Step = int | str


def read_yaml(raw: bytes) -> Written:
    """The one document of a text.

    Raises:
        UnreadableTextError: nothing of it can be read; with the parser's own words, line and column.
    """
    if len(raw) > MAX_BYTES:
        raise UnreadableTextError(f"it has {len(raw):,} bytes, and {MAX_BYTES:,} are the most: split it")
    text = _decoded(raw)
    if text.lstrip().startswith(("[", "{", '"')):
        text = _HALVES.sub(_put_together, text)
    try:
        return _Reader(yaml.parse(text, Loader=_LOADER)).document()
    except yaml.MarkedYAMLError as error:
        raise _in_words(error) from error
    except yaml.reader.ReaderError as error:
        told = f"it is not YAML: {error.reason} (character {error.character!r})"
        raise UnreadableTextError(told, *_line_and_column(text, error.position)) from error
    except yaml.YAMLError as error:
        raise UnreadableTextError(f"it is not YAML: {' '.join(str(error).split())}") from error


def _decoded(raw: bytes) -> str:
    encoding = "utf-16" if raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode(encoding, "replace")
        told = f"it is no text in {encoding.removesuffix('-sig').upper()} ({error.reason}): save it as UTF-8"
        raise UnreadableTextError(told, *_line_and_column(before, len(before))) from error


def _put_together(halves: re.Match[str]) -> str:
    return halves[1] + bytes.fromhex(halves[2] + halves[3]).decode("utf-16-be")


def _line_and_column(text: str, position: int) -> tuple[int, int]:
    before = text[:position]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _in_words(error: yaml.MarkedYAMLError) -> UnreadableTextError:
    told = ": ".join(part for part in (error.context, error.problem) if part)
    mark = error.problem_mark or error.context_mark
    where = (mark.line + 1, mark.column + 1) if mark else ()
    return UnreadableTextError(f"it is not YAML: {told}", *where)


class _Reader:
    """Puts one text's events together."""

    def __init__(self, events: Iterable[yaml.Event]) -> None:
        self._events = iter(events)
        self._anchors: dict[str, Written | None] = {}
        """None: it is still being read."""

    def document(self) -> Written:
        """All of it.

        Raises:
            UnreadableTextError: it is empty, or more than one document, or too large.
        """
        next(self._events)  # the stream's start
        first = next(self._events)
        if isinstance(first, yaml.StreamEndEvent):
            raise UnreadableTextError("it is empty")
        root = self._value(next(self._events), 0)
        if root.size > MAX_VALUES:
            raise UnreadableTextError(
                f"it comes to {root.size:,} values with what its aliases stand for, and {MAX_VALUES:,} are the most: "
                "split it, or use fewer aliases"
            )
        next(self._events)  # the document's end
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            line, column = _start(after)
            raise UnreadableTextError("a second document begins here (---): put all into one", line, column)
        return root

    def _value(self, event: yaml.Event, depth: int) -> Written:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        anchor = getattr(event, "anchor", None)
        if anchor is not None:
            self._anchors[anchor] = None
        value = self._bounded(self._anchored(event, depth), event, depth)
        if anchor is not None:
            self._anchors[anchor] = value
        return value

    def _anchored(self, event: yaml.Event, depth: int) -> Written:
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if depth >= MAX_DEPTH:
            self._pass_over(event, depth)
            return _wrong(event, f"it is nested deeper than {MAX_DEPTH} levels: write it flatter")
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, depth)
        assert isinstance(event, yaml.MappingStartEvent)  # noqa: S101 - narrows: no other event begins a value
        return self._mapping(event, depth)

    def _alias(self, event: yaml.AliasEvent) -> Written:
        name = event.anchor or ""
        if name not in self._anchors:
            return _wrong(event, f"found undefined alias *{name}: nothing before it is named &{name}")
        told = f"the alias *{name} stands within what it names: write it out"
        return self._anchors[name] or _wrong(event, told)

    def _bounded(self, value: Written, event: yaml.Event, depth: int) -> Written:
        if depth == 0 or value.size <= MAX_VALUES_OF_A_PART:
            return value
        return _wrong(
            event,
            f"it comes to {value.size:,} values with what its aliases stand for, and {MAX_VALUES_OF_A_PART:,} are the "
            "most",
        )

    def _pass_over(self, event: yaml.Event, depth: int) -> None:
        """Everything up to the end of what begins here."""
        levels = 1
        while levels:
            event = next(self._events)
            levels += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth + levels > _HARD_DEPTH:
                told = f"it is nested deeper than {_HARD_DEPTH:,} levels: write it flatter"
                raise UnreadableTextError(told, *_start(event))

    def _sequence(self, start: yaml.SequenceStartEvent, depth: int) -> Written:
        entries = [self._value(event, depth + 1) for event in self._until(yaml.SequenceEndEvent)]
        tags = _tag_faults(start, SEQUENCE)
        return _collected(start, [entry.value for entry in entries], dict(enumerate(entries)), tags)

    def _mapping(self, start: yaml.MappingStartEvent, depth: int) -> Written:
        own, merged, faults = dict[_Step, Written](), dict[_Step, Written](), _tag_faults(start, MAPPING)
        has_merge = False
        for event in self._until(yaml.MappingEndEvent):
            key = self._key(event, depth, faults)
            value = self._value(next(self._events), depth + 1)
            if isinstance(event, yaml.ScalarEvent) and tag_of(event) == MERGE:
                faults += [_fault(event, "<< is there twice: give it one list, <<: [*a, *b]")] if has_merge else []
                has_merge = True
                _merge(merged, value, event, faults)
            elif key in own:
                faults.append(_fault(event, f"{key} is there twice, first in line {own[key].line}: keep one"))
            elif key is not None:
                own[key] = value
            else:
                faults += value.faults
        everything = {**{step: each for step, each in merged.items() if step not in own}, **own}
        data: JsonValue = {str(step): each.value for step, each in everything.items()}
        return _collected(start, data, everything, faults)

    def _key(self, event: yaml.Event, depth: int, faults: list[Fault]) -> str | None:
        """The name that a key is; None, and a fault, where it is none."""
        if isinstance(event, yaml.ScalarEvent) and tag_of(event) == MERGE:
            return None
        written = self._value(event, depth + 1)
        if isinstance(written.value, str):
            return written.value
        shown = event.value[:40] if isinstance(event, yaml.ScalarEvent) else "a list or mapping"
        faults += written.faults or [_fault(event, f"{shown} is no text, as a name must be: write it in quotes")]
        return None

    def _until(self, end: type[yaml.Event]) -> Iterator[yaml.Event]:
        while not isinstance(event := next(self._events), end):
            yield event


def _merge(merged: dict[_Step, Written], value: Written, event: yaml.Event, faults: list[Fault]) -> None:
    """What `<<` brings in: of several mappings the first that has a name gives its value."""
    sources = list(value.within.values()) if isinstance(value.value, list) else [value]
    for source in sources:
        if isinstance(source.value, dict):
            faults += [fault for fault in source.faults if not fault.place]
            for step, each in source.within.items():
                merged.setdefault(step, each)
        else:
            faults += source.faults or [_fault(event, "<< takes a mapping, or a list of mappings")]


def _scalar(event: yaml.ScalarEvent) -> Written:
    try:
        return Written(read_scalar(event), *_start(event))
    except WrongValueError as error:
        return _wrong(event, str(error))


def _collected(start: yaml.Event, value: JsonValue, within: dict[_Step, Written], faults: Iterable[Fault]) -> Written:
    below = (fault for step, each in within.items() if each.faults for fault in each.told_within(step))
    distinct = dict[tuple[int, int, str], Fault]()
    for fault in (*below, *faults):
        distinct.setdefault((fault.line, fault.column, fault.told), fault)
    size = 1 + sum(each.size for each in within.values())
    return Written(value, *_start(start), within, tuple(sorted(distinct.values(), key=_by_place)[:_MOST_FAULTS]), size)


def _by_place(fault: Fault) -> tuple[int, int]:
    return fault.line, fault.column


def _tag_faults(start: yaml.CollectionStartEvent, plain: str) -> list[Fault]:
    return [] if start.tag in (None, "!", plain) else [_fault(start, f"{unknown(start.tag)}: leave it out")]


def _wrong(event: yaml.Event, told: str) -> Written:
    return Written(None, *_start(event), faults=(_fault(event, told),))


def _fault(event: yaml.Event, told: str) -> Fault:
    return Fault(*_start(event), told)


def _start(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)
