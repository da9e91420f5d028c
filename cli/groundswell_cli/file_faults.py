"""Files that people write, read here: what is wrong with one is told with file, line and column."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from groundswell.adapters.yaml_reader import MAX_BYTES, read_yaml
from groundswell.domain.written import Fault, UnreadableTextError, Written, path_of
from groundswell_cli.errors import CliError, refused
from groundswell_cli.exits import Exit


class FileFaultsError(CliError):
    """A file that is not what it should be. One fault is told in the error itself; several are in `faults`."""

    def __init__(self, source: str, kind: str, page: str, faults: Sequence[Fault]) -> None:
        told = [f"{source}:{fault.line}:{fault.column}: {_said(fault)}" for fault in faults]
        self.faults = told if len(told) > 1 else []
        what = f"{len(told)} faults, said above" if self.faults else told[0]
        super().__init__(f"{source} is no {kind}: {what}; {page} has all that it may say", Exit.REFUSED)


def raw_of(path: Path) -> bytes:
    """What is in a file; no more of it than is read.

    Raises:
        CliError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise refused(f"cannot read {path}: {error}") from error


def written_in(raw: bytes, source: str, kind: str, page: str) -> Written:
    """What is written in a text.

    Raises:
        FileFaultsError: nothing of it can be read.
    """
    try:
        return read_yaml(raw)
    except UnreadableTextError as error:
        raise FileFaultsError(source, kind, page, [Fault(error.line or 1, error.column or 1, error.told)]) from error


def _said(fault: Fault) -> str:
    return f"{path_of(fault.place)}: {fault.told}" if fault.place else fault.told
