"""An estate over HTTP for wire tests, and a stand-in for the emulator's STS and EventBridge, on loopback."""

import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Literal, cast, overload
from urllib.parse import parse_qs
from urllib.request import Request, urlopen

import boto3
from botocore.config import Config

from rehearsal.estate.scenario.model import Scenario
from rehearsal.estate.wire.identity import AccountOf, no_accounts
from rehearsal.estate.wire.server import EstateServer
from tests.unit.estate.builders import ACCOUNT, QUIET

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_drs import DrsClient
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_rds import RDSClient
    from mypy_boto3_route53 import Route53Client
    from mypy_boto3_service_quotas import ServiceQuotasClient
    from mypy_boto3_ssm import SSMClient

_SESSION = boto3.Session()
"""Shared: it keeps the service models once they are loaded."""

AT_ONCE = 100_000.0
"""A factor: ten minutes in the field pass in six milliseconds."""


def estate_server(account_of: AccountOf = no_accounts, *, factor: float = 1.0, **changes: object) -> EstateServer:
    """One customer with three servers, a database and two names; no oddities; time as in the field."""
    parts: dict[str, object] = {
        "accounts": [ACCOUNT],
        "customers": {"count": 1},
        "servers": [{"name": "app-{n:02}", "per_customer": 3, "wave": 1}],
        "aurora": [{"name": "{customer}-db", "wave": 1}],
        "dns": {
            "records": [
                {"name": "app.{customer}", "wave": 1, "routing": "weighted"},
                {"name": "api.{customer}", "wave": 1, "routing": "failover", "type": "A"},
            ]
        },
        "systems": {"documents": [{"name": "groundswell-smoke"}]},
        "times": {"ssm": {"answers_after": "0s"}},
        "oddities": QUIET,
        "faults": {"throttling": []},
    }
    return EstateServer(Scenario.model_validate(parts | changes), factor=factor, account_of=account_of)


class Sdk:
    """boto3 clients of a workload account against a server; the SDK does not retry."""

    def __init__(self, url: str, key: str = ACCOUNT, *, attempts: int = 1) -> None:
        self._url, self._key, self._attempts = url, key, attempts
        self._made: dict[tuple[str, str], Any] = {}

    @overload
    def client(self, service: Literal["drs"], region: str = ...) -> "DrsClient": ...
    @overload
    def client(self, service: Literal["ec2"], region: str = ...) -> "EC2Client": ...
    @overload
    def client(self, service: Literal["rds"], region: str = ...) -> "RDSClient": ...
    @overload
    def client(self, service: Literal["route53"], region: str = ...) -> "Route53Client": ...
    @overload
    def client(self, service: Literal["cloudwatch"], region: str = ...) -> "CloudWatchClient": ...
    @overload
    def client(self, service: Literal["service-quotas"], region: str = ...) -> "ServiceQuotasClient": ...
    @overload
    def client(self, service: Literal["ssm"], region: str = ...) -> "SSMClient": ...

    def client(self, service: Any, region: str = "us-west-2") -> Any:
        """A client of this service."""
        if (service, region) not in self._made:
            self._made[service, region] = self._make(service, region)
        return self._made[service, region]

    def _make(self, service: Any, region: str) -> Any:
        return _SESSION.client(
            service,
            endpoint_url=self._url,
            region_name=region,
            aws_access_key_id=self._key,
            aws_secret_access_key="secret",
            config=Config(retries={"total_max_attempts": self._attempts, "mode": "standard"}, read_timeout=5),
        )


def control(url: str, path: str, body: Mapping[str, object] | None = None, method: str = "") -> Any:
    """What the control API answers; a body makes it a POST."""
    data = json.dumps(body).encode() if body is not None else None
    request = Request(f"{url}/_estate/{path}", data=data, method=method or ("POST" if data else "GET"))  # noqa: S310
    with urlopen(request, timeout=5) as reply:  # noqa: S310 - loopback
        return json.load(reply)


class EmulatorStandIn(ThreadingHTTPServer):
    """Answers sts:GetAccessKeyInfo for the keys that it knows, and keeps what events:PutEvents brings."""

    daemon_threads = True

    def __init__(self, accounts: Mapping[str, str]) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.accounts = accounts
        self.asked: list[str] = []
        self.entries: list[dict[str, Any]] = []
        self.credentials: list[str] = []
        self.arrived = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        """Its endpoint."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        status, kind, text = self._sts(body) if "GetAccessKeyInfo" in body else self._events(body)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def _sts(self, body: str) -> tuple[int, str, str]:
        key = parse_qs(body)["AccessKeyId"][0]
        stand_in = cast(EmulatorStandIn, self.server)
        stand_in.asked.append(key)
        if key not in stand_in.accounts:
            error = "<Error><Code>InvalidAccessKeyId</Code><Message>unknown</Message></Error>"
            return 400, "text/xml", f"<ErrorResponse>{error}</ErrorResponse>"
        inner = f"<GetAccessKeyInfoResult><Account>{stand_in.accounts[key]}</Account></GetAccessKeyInfoResult>"
        return 200, "text/xml", f"<GetAccessKeyInfoResponse>{inner}</GetAccessKeyInfoResponse>"

    def _events(self, body: str) -> tuple[int, str, str]:
        stand_in = cast(EmulatorStandIn, self.server)
        stand_in.entries += json.loads(body)["Entries"]
        stand_in.credentials.append(self.headers["Authorization"])
        stand_in.arrived.set()
        return 200, "application/x-amz-json-1.1", json.dumps({"FailedEntryCount": 0, "Entries": [{"EventId": "e-1"}]})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the base class
        """Be quiet."""
