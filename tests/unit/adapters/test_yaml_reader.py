"""What people write is read strictly: each wrong value is told with its line, and costs no more than what it is in."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from groundswell.adapters import yaml_reader
from groundswell.adapters.yaml_reader import read_yaml
from groundswell.adapters.yaml_scalars import WrongValueError, read_scalar
from groundswell.domain.inventory import entries_of, read_declarations
from groundswell.domain.protection import judge
from groundswell.domain.written import UnreadableTextError

PIECES = st.sampled_from(
    [*"[]{},:-?&*!|>%@'\"#\n\t ", "a", "- ", ": ", "\n  ", "&a ", "*a", "<<: ", "!!int ", "!!python/name:x ", "---\n"]
)
TEXTS = st.lists(PIECES | st.characters(), max_size=60).map("".join)
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x7f"), max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | TEXT,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(TEXT, below, max_size=4),
    max_leaves=12,
)


def value(text: str) -> JsonValue:
    written = read_yaml(text.encode())
    assert not written.faults
    return written.value


def faults(text: str) -> list[str]:
    return [str(fault) for fault in read_yaml(text.encode()).faults]


def bomb(levels: int) -> str:
    steps = "".join(f"- &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, levels))
    return f"- &a0 [x]\n{steps}"


@given(raw=st.binary(max_size=200) | TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_read_or_refused_and_what_is_read_can_be_judged(raw: bytes) -> None:
    try:
        written = read_yaml(raw)
    except UnreadableTextError:
        return
    findings, _ = read_declarations(entries_of("any.yaml", written))
    for finding in findings:
        judge(finding)
    json.dumps(written.value, allow_nan=False).encode()


@given(document=JSON)
def test_json_is_read_as_what_it_says(document: JsonValue) -> None:
    text = json.dumps(document)

    assert read_yaml(text.encode()).value == json.loads(text)


@given(document=JSON)
def test_whatever_yaml_was_written_from_is_read_again(document: JsonValue) -> None:
    written = read_yaml(yaml.safe_dump(document).encode())

    assert written.faults or written.value == document


def test_merge_keys_bring_in_what_is_not_said() -> None:
    text = "- &a {x: 1, y: 1}\n- &b {y: 2, z: 2}\n- {<<: [*a, *b], x: 3}\n- {w: 4, <<: *a}"

    assert value(text) == [{"x": 1, "y": 1}, {"y": 2, "z": 2}, {"x": 3, "y": 1, "z": 2}, {"w": 4, "x": 1, "y": 1}]


def test_text_is_what_was_written_when_it_is_quoted_or_marked_as_text() -> None:
    assert value('[\'2026-02-30\', "1", !!str 2026-02-30, ! 5, "<<"]') == ["2026-02-30", "1", "2026-02-30", "5", "<<"]


def test_characters_that_json_writes_in_two_halves_are_whole() -> None:
    assert value('["\\ud83d\\ude00"]') == ["\U0001f600"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: 1\nb: 2\na: 3", "line 3, column 1: a is there twice, first in line 1: keep one"),
        ("- x: {a: 1, 'a': 2}", "line 1, column 13 ([0].x): a is there twice, first in line 1: keep one"),
        ("Reviewed: 2026-02-30", "line 1, column 11 (Reviewed): '2026-02-30' is no value of the kind timestamp (day "),
        ("Reviewed: 2026-01-30", "line 1, column 11 (Reviewed): '2026-01-30' is a date, which is not text: write it"),
        ('a: !!int ""', "line 1, column 4 (a): '' is no value of the kind int"),
        ("a: !!bool maybe", "line 1, column 4 (a): 'maybe' is no value of the kind bool"),
        ("a: !!python/object/apply:os.system [x]", "line 1, column 4 (a): the tag !!python/object/apply:os.system is"),
        ("a: !!binary aGk=", "line 1, column 4 (a): the tag !!binary is not read here"),
        ("a: !!set {x}", "line 1, column 4 (a): the tag !!set is not read here"),
        ("a: .nan", "line 1, column 4 (a): '.nan' is no number that can be reckoned with"),
        ("a: -.inf", "line 1, column 4 (a): '-.inf' is no number that can be reckoned with"),
        ("a: 0x" + "f" * 50, "line 1, column 4 (a): '0xffffffffff"),
        ("a: " + "9" * 5000, "line 1, column 4 (a): '9999"),
        ("a: " + "1:" * 500 + "1", "line 1, column 4 (a): '1:1:"),
        ("1: x", "line 1, column 1: 1 is no text, as a name must be: write it in quotes"),
        ("on: x", "line 1, column 1: on is no text, as a name must be: write it in quotes"),
        ("? [a]\n: x", "line 1, column 3: a list or mapping is no text, as a name must be"),
        ("a: *b", "line 1, column 4 (a): found undefined alias *b"),
        ("a: &b [*b]", "line 1, column 8 (a[0]): the alias *b stands within what it names"),
        ("a: {<<: 5}", "line 1, column 5 (a): << takes a mapping, or a list of mappings"),
        ("x: &x {}\na: {<<: *x, <<: *x}", "line 2, column 13 (a): << is there twice: give it one list"),
        ("a: " + "[" * 5000 + "]" * 5000, "line 1, column 43 (a[0][0]"),
    ],
)
def test_wrong_value_is_told_with_its_place_and_what_to_write(text: str, told: str) -> None:
    (fault,) = faults(text)

    assert fault.startswith(told)


def test_wrong_value_costs_no_other_entry() -> None:
    written = read_yaml(b"- {a: 2026-02-30}\n- {a: 1}\n- " + b"[" * 5000 + b"]" * 5000 + b"\n- {a: 1, a: 2}\n- {a: 2}")

    assert [entry.value for entry in written.within.values() if not entry.faults] == [{"a": 1}, {"a": 2}]


def test_wrong_value_is_wrong_wherever_an_alias_brings_it() -> None:
    written = read_yaml(b"- &a {x: 2026-02-30}\n- *a\n- {<<: *a}\n- {<<: *a, x: said anew}")

    assert [bool(entry.faults) for entry in written.within.values()] == [True, True, True, False]


def test_aliases_that_stand_for_too_much_cost_the_entry() -> None:
    written = read_yaml(bomb(20).encode())

    assert [entry.size for entry in written.within.values() if not entry.faults] == [2, 21, 211, 2111]
    assert "with what its aliases stand for, and 5,000 are the most" in str(written.faults[0])


def test_text_is_refused_when_its_aliases_come_to_too_much_in_all() -> None:
    with pytest.raises(UnreadableTextError, match="100,000 are the most"):
        read_yaml(("- &a [" + "x, " * 1000 + "]\n" + "- *a\n" * 200).encode())


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"a: 1\n- b", "line 2, column 1: it is not YAML: while parsing a block mapping: did not find expected key"),
        (b"a: [1,\nb: 'x", "line 2, column 6: it is not YAML: while scanning a quoted scalar: found unexpected end"),
        (b'a: "\\ud800"', "line 1, column 7: it is not YAML: while parsing a quoted scalar: found invalid Unicode"),
        (b"a: \x00", "line 1, column 4: it is not YAML: control characters are not allowed"),
        (b"ok: 1\nb: \xe9", "line 2, column 4: it is no text in UTF-8"),
        (b"", "it is empty"),
        (b"# a remark", "it is empty"),
        (b"a: 1\n---\nb: 2", "line 2, column 1: a second document begins here"),
        (b"- " + b"[" * 20000, "line 1, column 10"),
    ],
)
def test_text_that_cannot_be_read_is_told_in_the_parsers_words_with_line_and_column(raw: bytes, told: str) -> None:
    with pytest.raises(UnreadableTextError) as refused:
        read_yaml(raw)

    assert str(refused.value).startswith(told)


def test_text_is_refused_unread_when_it_is_too_large() -> None:
    with pytest.raises(UnreadableTextError, match="1,000,001 bytes, and 1,000,000 are the most"):
        read_yaml(b" " * (yaml_reader.MAX_BYTES + 1))


def test_half_a_character_is_told_whatever_the_parser_lets_pass() -> None:
    with pytest.raises(WrongValueError, match="half a character"):
        read_scalar(yaml.ScalarEvent(None, None, (False, True), "a\ud800"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_is_read_in_the_encodings_that_yaml_has(encoding: str) -> None:
    assert read_yaml("a: é".encode(encoding)).value == {"a": "é"}
