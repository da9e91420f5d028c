"""An AWS that knows one stack, with an empty ledger behind it; or that refuses every call with an error."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

OUTPUTS = {"LedgerTable": "the-ledger", "EventBus": "the-bus", "PreviewFunction": "preview"}
_STACK = """<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult>
<Stacks><member><StackName>groundswell</StackName><StackStatus>UPDATE_COMPLETE</StackStatus>
<CreationTime>2026-01-01T00:00:00Z</CreationTime><Outputs>{outputs}</Outputs></member></Stacks>
</DescribeStacksResult></DescribeStacksResponse>"""
_OUTPUT = "<member><OutputKey>{}</OutputKey><OutputValue>{}</OutputValue></member>"
_ERROR = "<ErrorResponse><Error><Code>{code}</Code><Message>as the test says</Message></Error></ErrorResponse>"


class TinyAws(ThreadingHTTPServer):
    """Answers on 127.0.0.1; `asked` are the services that were called."""

    def __init__(self, error: str | None) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.error = error
        self.away = ""
        """A service that is not there at all."""
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_port}"


class _Answers(BaseHTTPRequestHandler):
    server: TinyAws

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        is_ledger = self.headers.get("X-Amz-Target", "").startswith("DynamoDB")
        self.server.asked.append("dynamodb" if is_ledger else "cloudformation")
        if self.server.away == self.server.asked[-1]:
            self.close_connection = True
        elif self.server.error:
            told = _ERROR.format(code=self.server.error)
            self._answer(400, json.dumps({"__type": self.server.error}) if is_ledger else told)
        else:
            outputs = "".join(_OUTPUT.format(*each) for each in OUTPUTS.items())
            empty = json.dumps({"Items": [], "Count": 0, "ScannedCount": 0})
            self._answer(200, empty if is_ledger else _STACK.format(outputs=outputs))

    def _answer(self, status: int, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nowhere."""


@contextmanager
def tiny_aws(error: str | None = None) -> Iterator[TinyAws]:
    """It, for as long as it is needed."""
    with TinyAws(error) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def settings(**changes: str | None) -> Mapping[str, str]:
    """The environment of somebody who has nothing of AWS's but this."""
    given: dict[str, str | None] = {
        "PATH": "/usr/bin:/bin",
        "HOME": "/nonexistent",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ACCESS_KEY_ID": "an-access-key",
        "AWS_SECRET_ACCESS_KEY": "a-secret",
        "AWS_REGION": "us-west-2",
        "AWS_MAX_ATTEMPTS": "1",
        **changes,
    }
    return {name: value for name, value in given.items() if value is not None}
