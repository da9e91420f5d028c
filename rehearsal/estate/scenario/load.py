"""Reads a scenario file and names every fault in it, with its line and what is allowed."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from groundswell.adapters.yaml_reader import read_yaml
from groundswell.domain.written import Fault, UnreadableTextError, path_of
from rehearsal.estate.scenario.model import Scenario

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"


class ScenarioError(Exception):
    """A scenario that cannot be used. `faults` holds one line for each fault."""

    def __init__(self, source: str, faults: Sequence[str]) -> None:
        super().__init__(f"The scenario {source} has {len(faults)} fault(s):\n" + "\n".join(f"  {f}" for f in faults))
        self.faults = list(faults)


def find_scenario(name: str) -> Path:
    """The file of a scenario: a path, or the name of one that is shipped."""
    candidates = [Path(name), SCENARIOS / name, SCENARIOS / f"{name}.yaml"]
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    shipped = ", ".join(sorted(path.stem for path in SCENARIOS.glob("*.yaml")))
    raise ScenarioError(name, [f"there is no such file; give a path or one of the shipped scenarios: {shipped}"])


def load_scenario(name: str | Path) -> Scenario:
    """The scenario in a file, or of a shipped name; raises ScenarioError naming all faults at once."""
    path = find_scenario(str(name))
    return parse_scenario(path.read_bytes(), str(path))


def parse_scenario(text: str | bytes, source: str = "(text)") -> Scenario:
    """The scenario in a YAML text; raises ScenarioError naming all faults at once."""
    try:
        written = read_yaml(text.encode() if isinstance(text, str) else text)
    except UnreadableTextError as error:
        raise ScenarioError(source, [str(error)]) from error
    if not isinstance(written.value, dict):
        allowed = ", ".join(sorted(Scenario.model_fields))
        raise ScenarioError(source, [f"it is not a mapping; a scenario has the keys {allowed}"])
    if written.faults:
        raise ScenarioError(source, list(map(_described, written.faults)))
    try:
        return Scenario.model_validate(written.value)
    except ValidationError as error:
        faults = (written.at(item["loc"], item["msg"].removeprefix("Value error, ")) for item in error.errors())
        raise ScenarioError(source, list(map(_described, faults))) from error


def _described(fault: Fault) -> str:
    return f"line {fault.line}, {path_of(fault.place) or 'the scenario'}: {fault.told}"
