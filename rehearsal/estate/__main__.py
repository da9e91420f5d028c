"""Starts the estate: `python -m rehearsal.estate --scenario smoke --port 0 --factor 60 --sts-endpoint URL`."""

import argparse
import json
import logging
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from rehearsal.estate.scenario.load import ScenarioError, load_scenario
from rehearsal.estate.wire.identity import StsAccounts, no_accounts
from rehearsal.estate.wire.models import SERVICE_OF_SIGNING_NAME, wire_model
from rehearsal.estate.wire.server import EstateServer


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT. Prints one JSON line when ready; 2 if the scenario has faults."""
    options = _options(arguments)
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s")
    try:
        scenario = load_scenario(options.scenario)
    except ScenarioError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    account_of = StsAccounts(options.sts_endpoint) if options.sts_endpoint else no_accounts
    with EstateServer(
        scenario, factor=options.factor, port=options.port, seed=options.seed, account_of=account_of
    ) as server:
        for service in SERVICE_OF_SIGNING_NAME.values():
            wire_model(service)
        ready = {"port": server.port, "url": server.url, "scenario": scenario.name, "factor": options.factor}
        _announce(json.dumps(ready), options.ready_file)
        stop.wait()
    return 0


def _announce(ready: str, file: Path | None) -> None:
    """One line on standard output, and in the file if one is named: whole, or not there at all."""
    sys.stdout.write(ready + "\n")
    sys.stdout.flush()
    if file is not None:
        draft = file.with_suffix(".draft")
        draft.write_text(ready, encoding="utf-8")
        draft.replace(file)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m rehearsal.estate", description="The simulated estate over HTTP.")
    parser.add_argument("--scenario", default="default", help="a scenario file, or the name of a shipped one")
    parser.add_argument("--port", type=int, default=0, help="on 127.0.0.1; 0 picks a free one")
    parser.add_argument("--factor", type=float, default=60.0, help="how much faster than in the field durations pass")
    parser.add_argument("--seed", type=int, default=None, help="overrides the scenario's seed")
    parser.add_argument("--sts-endpoint", default="", help="where sts:GetAccessKeyInfo tells the account of a key")
    parser.add_argument("--ready-file", type=Path, default=None, help="a file to write the line to as well")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
