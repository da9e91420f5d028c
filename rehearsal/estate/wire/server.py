"""The HTTP server: one thread a connection, kept alive, on the loopback address only."""

import contextlib
import logging
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast

from rehearsal.estate.clock import CompressedClock
from rehearsal.estate.engine import Estate
from rehearsal.estate.errors import LostReplyError, UnreachableError
from rehearsal.estate.scenario.model import Scenario
from rehearsal.estate.wire.application import Application
from rehearsal.estate.wire.control import Control
from rehearsal.estate.wire.delivery import EventDelivery
from rehearsal.estate.wire.identity import AccountOf, no_accounts
from rehearsal.estate.wire.protocol import WireReply, WireRequest

_LOG = logging.getLogger(__name__)
_HOST = "127.0.0.1"
_POLL = 0.1


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, application: Application) -> None:
        self.application = application
        super().__init__((_HOST, port), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002 - the base class's signature
        """A client that went away is no news; anything else is a fault of the estate."""
        if not isinstance(sys.exception(), ConnectionError):
            _LOG.exception("The estate failed on a connection from %s", client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = WireRequest(self.command, self.path, headers, self.rfile.read(length))
        try:
            reply = cast(_Listener, self.server).application.answer(request)
        except (LostReplyError, UnreachableError):
            self._hang_up()
            return
        except Exception:
            _LOG.exception("The estate failed on %s %s", self.command, self.path)
            reply = WireReply(500, {"Content-Type": "text/plain"}, b"The simulated estate failed; see its log.")
        self._send(reply)

    do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 - the names that the base class calls

    def _send(self, reply: WireReply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)
        self.wfile.flush()

    def _hang_up(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the base class
        """Requests are in the estate's own log."""


class EstateServer:
    """An estate behind HTTP. `start` returns when it listens; `stop` ends its threads."""

    def __init__(
        self,
        scenario: Scenario,
        *,
        factor: float = 60.0,
        port: int = 0,
        seed: int | None = None,
        account_of: AccountOf = no_accounts,
    ) -> None:
        self.estate = Estate(scenario, CompressedClock(factor), seed=seed, pause=time.sleep)
        self._delivery = EventDelivery(self.estate)
        control = Control(self.estate, self._delivery, factor)
        self._listener = _Listener(port, Application(self.estate, control, account_of))
        self._thread = threading.Thread(
            target=self._listener.serve_forever, args=(_POLL,), name="estate-http", daemon=True
        )

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._listener.server_address[1])

    @property
    def url(self) -> str:
        """What the AWS_ENDPOINT_URL_<SERVICE> variables are set to."""
        return f"http://{_HOST}:{self.port}"

    def start(self) -> None:
        """Listen and deliver events, in the background."""
        self._delivery.start()
        self._thread.start()

    def stop(self) -> None:
        """Stop listening; open connections end with their process."""
        self._delivery.stop()
        self._listener.shutdown()
        self._listener.server_close()

    def __enter__(self) -> "EstateServer":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
