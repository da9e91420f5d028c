"""Sockets that keep to one deadline, however slowly the other side drips: a timeout of each read would begin anew."""

from __future__ import annotations

import io
import socket
from collections.abc import Sequence
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

_CONNECT_SECONDS = 2.0
_MOST_ADDRESSES = 4
_MOST_BYTES = 512 * 1024
"""Bytes that are read of an answer, its head and all framing included."""


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, in the system's order of preference, each once.

    Raises:
        OSError: it has none, or no name server answers.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def connect(addresses: Sequence[str], port: int, deadline: float) -> socket.socket:
    """A connection to the first of these addresses that takes one; `deadline` is of the monotonic clock.

    Raises:
        OSError: none does.
    """
    error: OSError = OSError("there is no address to connect to")
    for address in addresses[:_MOST_ADDRESSES]:
        left = min(_CONNECT_SECONDS, deadline - monotonic())
        if left <= 0:
            raise TimeoutError(f"no connection in time: {error}")
        try:
            return socket.create_connection((address, port), timeout=left)
        except OSError as failed:
            error = OSError(f"no connection to {address} port {port}: {failed}")
    raise error


class TimedSocket:
    """As much of a socket as `http.client` uses of one."""

    def __init__(self, opened: socket.socket, deadline: float) -> None:
        self._socket = opened
        self._deadline = deadline

    def sendall(self, data: ReadableBuffer) -> None:
        """Send all of it in time."""
        self._socket.settimeout(_left(self._deadline))
        self._socket.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:  # noqa: ARG002 - it is only ever read
        """What is received, as a file."""
        return io.BufferedReader(_TimedReader(self._socket, self._deadline))

    def close(self) -> None:
        """Nothing: `http.client` closes before it reads what ends with the connection; whoever opened it closes it."""


class _TimedReader(io.RawIOBase):
    def __init__(self, opened: socket.socket, deadline: float) -> None:
        self._socket = opened
        self._deadline = deadline
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        if self._read > _MOST_BYTES:
            raise OSError(f"the answer is larger than {_MOST_BYTES} bytes before its text is complete")
        self._socket.settimeout(_left(self._deadline))
        received = self._socket.recv_into(buffer)
        self._read += received
        return received


def _left(deadline: float) -> float:
    """Seconds until the deadline.

    Raises:
        TimeoutError: there are none.
    """
    left = deadline - monotonic()
    if left <= 0:
        raise TimeoutError("no complete answer in time")
    return left
