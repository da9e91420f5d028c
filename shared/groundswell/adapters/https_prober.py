"""Asks https addresses with nothing but the standard library.

A name is resolved once, every address that it has is judged, and the connection goes to one of those very addresses,
with the certificate checked for the name: so no second answer of a name server (DNS rebinding) can lead elsewhere.
urllib3, which comes with the SDK, resolves by itself; here a socket is opened by hand, and `http.client` reads from it.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from http.client import HTTPException, HTTPSConnection
from time import monotonic
from urllib.parse import urlsplit

from groundswell.adapters.public_address import why_not_public
from groundswell.adapters.timed_socket import TimedSocket, connect, resolve
from groundswell.ports.probing import BODY_LIMIT, PROBE_SECONDS, Answer, Forbidden, NoAnswer, Reply

USER_AGENT = "groundswell-check"
_SIDE_BY_SIDE = 32
_PORT = 443


class HttpsProber:
    """Probes over the network of the machine that it runs on."""

    def __init__(
        self,
        *,
        why_not: Callable[[str], str] = why_not_public,
        tls: ssl.SSLContext | None = None,
        seconds: float = PROBE_SECONDS,
    ) -> None:
        """`why_not` says why an address may not be asked; `tls` trusts whom the machine trusts unless it is given."""
        self._why_not = why_not
        self._tls = tls or ssl.create_default_context()
        self._seconds = seconds

    def ask(self, urls: Sequence[str]) -> Sequence[Reply]:
        """What came of each; one that is not answered in time is left behind, and ends by itself."""
        deadline = monotonic() + self._seconds
        pool = ThreadPoolExecutor(max_workers=_SIDE_BY_SIDE, thread_name_prefix="probe")
        asked = [pool.submit(self._reply, url, deadline) for url in urls]
        wait(asked, timeout=max(0.0, deadline - monotonic()))
        pool.shutdown(wait=False, cancel_futures=True)
        return [self._told(each) for each in asked]

    def _told(self, asked: Future[Reply]) -> Reply:
        if asked.done() and not asked.cancelled():
            return asked.result()
        return self._too_slow()

    def _too_slow(self) -> NoAnswer:
        return NoAnswer(f"no complete answer within {self._seconds:g} s")

    def _reply(self, url: str, deadline: float) -> Reply:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORT
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        try:
            addresses = resolve(host, port)
        except (OSError, UnicodeError) as error:
            return NoAnswer(f"{host} has no address: {error}")
        if refused := self._refused(host, addresses):
            return Forbidden(refused)
        try:
            return self._get(host, port, path, addresses, deadline)
        except ssl.SSLCertVerificationError as error:
            return NoAnswer(f"the certificate is not good for {host}: {error.verify_message}")
        except TimeoutError:
            return self._too_slow()
        except (OSError, HTTPException, ValueError) as error:
            return NoAnswer(f"{type(error).__name__}: {error}")

    def _refused(self, host: str, addresses: Sequence[str]) -> str:
        """A name with one address that may not be asked is not asked at all."""
        judged = ((address, self._why_not(address)) for address in addresses)
        return next((f"{host} leads to {address}, which is {why}" for address, why in judged if why), "")

    def _get(self, host: str, port: int, path: str, addresses: Sequence[str], deadline: float) -> Answer:
        with connect(addresses, port, deadline) as opened:
            opened.settimeout(max(0.01, deadline - monotonic()))
            address = str(opened.getpeername()[0])
            with self._tls.wrap_socket(opened, server_hostname=host.rstrip(".")) as secured:
                connection = HTTPSConnection(host, port, context=self._tls)
                connection.sock = TimedSocket(secured, deadline)
                connection.request("GET", path, headers={"User-Agent": USER_AGENT, "Connection": "close"})
                response = connection.getresponse()
                return Answer(response.status, response.read(BODY_LIMIT), address)
