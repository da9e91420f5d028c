"""The stores' contract holds for the DynamoDB that everything here runs on; so `make test` never leaves it out."""

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

from rehearsal.accounts import environment_without_aws
from rehearsal.emulator import Emulator
from rehearsal.tools import ROOT

SUITE = ROOT / "tests" / "contract" / "store"
LEAST_CASES = 270
SUITE_SECONDS = 240
MODULES = {path.stem for path in SUITE.glob("test_*.py")} - {"test_store_stream_in_memory"}
"""All of the suite has cases that run against an endpoint, but for what is about threads in one process."""


def test_embedded_dynamodb_keeps_the_contract_of_the_stores(emulator: Emulator, tmp_path: Path) -> None:
    results = tmp_path / "results.xml"
    account = {"AWS_ACCESS_KEY_ID": "333333333333", "AWS_SECRET_ACCESS_KEY": "any", "AWS_REGION": "us-west-2"}
    environment = environment_without_aws() | account | {"GROUNDSWELL_DYNAMODB_ENDPOINT": emulator.endpoint}

    ended = subprocess.run(
        [sys.executable, "-m", "pytest", SUITE, "-k", "endpoint", "-p", "no:cacheprovider", f"--junit-xml={results}"],
        env={name: value for name, value in environment.items() if not name.startswith("PYTEST_")},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=SUITE_SECONDS,
        check=False,
    )

    written = ElementTree.parse(results)  # noqa: S314 - by the run that has just ended
    cases = written.findall(".//testcase")
    left_out = [each.get("message") for each in written.iter("skipped") if each.get("type") != "pytest.xfail"]
    assert ended.returncode == 0, f"{ended.stdout}\n{ended.stderr}"
    assert len(cases) >= LEAST_CASES
    assert left_out == []
    assert {str(case.get("classname")).rpartition(".")[2] for case in cases} >= MODULES
