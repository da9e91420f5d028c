"""`python -m generate` writes the generated parts; with `--check` it only says which are out of date."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from generate import hub, schemas, state_diagrams, technology_pages, workload_account
from generate.marked import written_anew
from groundswell.technologies.contract import Technology
from groundswell.technologies.registry import BUILT_IN, load

ROOT = Path(__file__).parent.parent


def technologies() -> list[Technology]:
    """All technologies that are shipped, in the order of their names."""
    return [load(name) for name in sorted(BUILT_IN)]


def files() -> Iterator[tuple[Path, str]]:
    """Each file that has generated parts, with the text that it should have."""
    known = technologies()
    for path, parts in (
        (ROOT / "template.yaml", hub.parts(known)),
        (ROOT / "workload-account" / "template.yaml", workload_account.parts(known)),
    ):
        yield path, written_anew(path.read_text(encoding="utf-8"), parts)
    yield from schemas.files()
    yield state_diagrams.PAGE, state_diagrams.states_page()
    for technology in known:
        yield technology_pages.page_of(technology), technology_pages.page(technology)


def main(arguments: list[str]) -> int:
    """Write what is out of date, or only name it; the exit code tells whether `--check` found anything."""
    stale = [(path, text) for path, text in files() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if arguments == ["--check"]:
        for path, _ in stale:
            sys.stderr.write(f"{path.relative_to(ROOT)} is out of date: run make generate and commit the result\n")
        return 1 if stale else 0
    for path, text in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"written: {path.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
