"""`python -m tests.simulation.planted BUG AFTER`: runs worlds with a bug in them until one goes wrong."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from types import CodeType, ModuleType

from tests.simulation.bugs import BUGS
from tests.simulation.planting import FOUND, NOT_FOUND, Bug, source_of


class _Loader(SourceFileLoader):
    """Loads the module that is altered."""

    def __init__(self, bug: Bug) -> None:
        super().__init__(bug.module, str(source_of(bug.module)))
        self._bug = bug

    def get_code(self, fullname: str) -> CodeType:
        """Compiled from the altered source, never from a cache."""
        altered = self._bug.planted_in(self.get_source(fullname) or "")
        return compile(altered, self.path, "exec")


class _Finder(MetaPathFinder):
    """Finds just the module that is altered."""

    def __init__(self, bug: Bug) -> None:
        self._bug = bug
        self._loader = _Loader(bug)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module's place, with our loader."""
        del path, target
        if fullname != self._bug.module:
            return None
        return spec_from_file_location(fullname, self._loader.path, loader=self._loader)


def main(name: str, after: int) -> int:
    """Say which world found the bug; so many worlds are not tried."""
    (bug,) = (bug for bug in BUGS if bug.name == name)
    finder = _Finder(bug)
    for loaded in [known for known in sys.modules if known.startswith("groundswell")]:
        del sys.modules[loaded]  # finding the source has imported the packages around it
    sys.meta_path.insert(0, finder)

    from tests.simulation.garbage import collect_seldom
    from tests.simulation.judging import judged
    from tests.simulation.stories import world_of

    collect_seldom()
    for seed in range(after + 1, bug.worlds + 1):
        found = judged(world_of(seed))
        if found:
            sys.stdout.write(f"{seed} {'; '.join(found)}\n")
            return FOUND
    return NOT_FOUND


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
