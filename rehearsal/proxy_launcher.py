"""Serves microburst, a proxy that breaks AWS calls, on a socket that the rehearsal opened.

Run by a Python of its own: proxy_launcher.py UPSTREAM LISTENING_FD. Its control API is told what to break.
It changes a private part of one version, and refuses any other, where the `microburst` command gets in the way:
- that puts its upstream's name for `Host`, which is signed: the emulator, which checks signatures, refuses the call;
- that reads the models of all of AWS's services over the first call, to tell a service by its host, which a function
  takes for an outage; here a call's signature tells its service;
- that passes a request without a body on with an empty one in chunks, which few servers expect of a GET;
- that opens its port itself: somebody could take it in between.
"""

import socket
import sys
from importlib import import_module, metadata
from typing import Any  # what is changed here has no types

VERSION = "0.10.0"
SERVICES_BY_HOST = "_endpoint_prefix_map"
KEEP_ALIVE_SECONDS = 300.0
"""Longer than a warm function idles: a connection that is closed on it would be a fault that nobody ordered."""


def main(upstream: str, listening_fd: int) -> None:
    """Serve until killed."""
    found = metadata.version("microburst")
    if found != VERSION:
        sys.exit(f"microburst {found} is installed, but this launcher changes {VERSION}: review it, then raise VERSION")
    proxy = import_module("microburst.core.pipeline").Microburst(upstream, resign=False)
    proxy.upstream._outbound_headers = _with_the_callers_host(proxy.upstream._outbound_headers)
    proxy.upstream.relay = _with_the_body_as_it_came(proxy.upstream.relay)
    application = import_module("microburst.app").make_app(proxy)
    setattr(import_module("microburst.detection.host"), SERVICES_BY_HOST, dict)
    listening = socket.socket(fileno=listening_fd)
    run_app = import_module("aiohttp.web").run_app
    run_app(application, sock=listening, print=None, access_log=None, keepalive_timeout=KEEP_ALIVE_SECONDS)


def _with_the_callers_host(stock: Any) -> Any:
    return lambda request: {**stock(request), "host": request.headers["Host"]}


def _with_the_body_as_it_came(stock: Any) -> Any:
    async def relay(request: Any, body: Any, **faults: Any) -> Any:
        return await stock(request, await request.read() if body is None else body, **faults)

    return relay


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
