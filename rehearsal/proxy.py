"""A proxy between the functions and an AWS endpoint; it passes calls on and breaks those that it is told to break."""

import json
import os
import re
import tempfile
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel

from rehearsal import tools
from rehearsal.processes import GuardedProcess, ProcessFailedError, listen_on_free_port

LAUNCHER = Path(__file__).with_name("proxy_launcher.py")
CONTROL = "/_microburst/"
CONTROL_SECONDS = 30.0
_AMOUNT = re.compile(r":[0-9].*$")
Rule = Mapping[str, object]
"""Which calls to break, and how, in microburst's words."""


class ServiceTraffic(BaseModel):
    """What one service was asked through the proxy."""

    service: str
    requests: int
    faulted: int


class RuleHits(BaseModel):
    """How often a rule struck, and what it did."""

    describe: str
    fired: int

    @property
    def kind(self) -> str:
        """What it did, without how much: `reset`, `latency`, `response:abort`, `error:Throttling`."""
        return _AMOUNT.sub("", self.describe)


class Traffic(BaseModel):
    """What came through the proxy since it started."""

    by_service: list[ServiceTraffic]
    by_rule: list[RuleHits]


@dataclass
class FaultProxy:
    """One microburst before one endpoint; its URL is known, and nobody else's, before it starts."""

    name: str
    log: Path
    url: str = field(default="", init=False)
    _process: GuardedProcess | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Take a port."""
        self._socket = listen_on_free_port()
        host, port = self._socket.getsockname()
        self.url = f"http://{host}:{port}"

    def start(self, upstream: str) -> None:
        """Pass calls on to this endpoint, which may start later; return once it answers."""
        number = self._socket.fileno()
        self._process = GuardedProcess.start(
            f"the fault proxy before {self.name}",
            [tools.program(tools.PROXY, "python"), "-I", LAUNCHER, upstream, str(number)],
            environment={"PATH": os.defpath},
            log=self.log,
            scratch=Path(tempfile.mkdtemp(prefix="groundswell-proxy-")),
            pass_fds=[number],
        )
        self._socket.close()
        self._ask("GET", "health")

    def stop(self) -> None:
        """Stop serving. Safe to repeat, and before start."""
        self._socket.close()
        if self._process is not None:
            self._process.stop()

    def break_calls(self, rules: Sequence[Rule]) -> None:
        """From now on these rules and no others; the first that fits a call decides. None: pass everything on."""
        self._ask("POST", "rules", list(rules))

    def traffic(self) -> Traffic:
        """What came through it so far."""
        return Traffic.model_validate_json(self._ask("GET", "stats"))

    def _ask(self, method: str, path: str, body: Sequence[Rule] | None = None) -> bytes:
        data = None if body is None else json.dumps(body, default=dict).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}{CONTROL}{path}", data, headers, method=method)  # noqa: S310 - ours
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with direct.open(request, timeout=CONTROL_SECONDS) as reply:
                answer: bytes = reply.read()
        except OSError as error:
            if self._process is not None:
                self._process.check_running()
            raise ProcessFailedError(f"the fault proxy before {self.name}: {path}: {error}; log: {self.log}") from error
        return answer
