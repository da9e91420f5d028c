"""What the pages' `aws` commands call in a rehearsal: the emulated AWS, never AWS itself."""

from __future__ import annotations

import os
import re
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from rehearsal import tools
from rehearsal.accounts import EmbeddedAccount
from tests.unit.docs.pages import pages
from tests.unit.docs.shell import AwsCommand, aws_commands

pytestmark = pytest.mark.enable_socket
VARIABLES = {"REGION": "us-west-2"}


def one_of_each_address() -> list[AwsCommand]:
    """One command of each service, and of each address that a page names: nothing else decides which host is called."""
    found = (each for page in pages() for block in page.blocks("sh", "bash") for each in aws_commands(block, VARIABLES))
    return list({(each.service, each.options.get("endpoint-url")): each for each in found}.values())


@dataclass
class Listener:
    """Takes calls, as the endpoint and as the proxy on the way to every other one."""

    calls: list[str] = field(default_factory=list)
    url: str = ""

    def environment(self) -> dict[str, str]:
        proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY"), self.url)
        account = EmbeddedAccount(self.url).environment()
        return account | proxies | {"AWS_MAX_ATTEMPTS": "1", "PATH": os.defpath}


@pytest.fixture
def listener() -> Iterator[Listener]:
    heard = Listener()

    class Handler(BaseHTTPRequestHandler):
        def handle_one_request(self) -> None:
            heard.calls.append(self.rfile.readline().decode().split()[0])
            self.wfile.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            self.close_connection = True

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        heard.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield heard
        server.shutdown()


@pytest.mark.parametrize("command", one_of_each_address(), ids=lambda each: f"{each.service} {each.operation}")
def test_documented_commands_call_the_emulated_aws_alone(
    command: AwsCommand, listener: Listener, tmp_path: Path
) -> None:
    (tmp_path / "request.json").write_text("{}")
    words = [re.sub(r"\$\(\(.*\)\)", "0", word) for word in command.words]

    done = subprocess.run(
        [tools.OPERATOR_PROGRAMS / "aws", *words],
        cwd=tmp_path,
        env=listener.environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert listener.calls, done.stderr
    assert "CONNECT" not in listener.calls
