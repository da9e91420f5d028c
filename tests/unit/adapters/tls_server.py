"""A server on this machine that speaks TLS with a certificate of its own making, and says what a test wants."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Speak = Callable[[ssl.SSLSocket], None]
_ACCEPT_SECONDS = 20.0


def certificate(directory: Path, *names: str) -> Path:
    """A file with a key and a certificate for these DNS names, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "made by a test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(each) for each in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path = directory / f"{names[0]}.pem"
    path.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    return path


@dataclass
class Server:
    """Where it listens, and what was asked of it."""

    port: int
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0

    def url(self, path: str = "/health", host: str = "localhost") -> str:
        """An address of it."""
        return f"https://{host}:{self.port}{path}"


@contextmanager
def tls_server(pem: Path, speak: Speak) -> Iterator[Server]:
    """Serves until the end of the block, each connection in a thread of its own."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = Server(listening.getsockname()[1])
        accepting = threading.Thread(target=_accept, args=(listening, context, server, speak), daemon=True)
        accepting.start()
        yield server
        listening.shutdown(socket.SHUT_RDWR)
    accepting.join(timeout=_ACCEPT_SECONDS)


def _accept(listening: socket.socket, context: ssl.SSLContext, server: Server, speak: Speak) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listening.accept()
            server.connections += 1
            threading.Thread(target=_serve, args=(connection, context, server, speak), daemon=True).start()


def _serve(connection: socket.socket, context: ssl.SSLContext, server: Server, speak: Speak) -> None:
    with suppress(OSError), connection, context.wrap_socket(connection, server_side=True) as secured:
        secured.settimeout(_ACCEPT_SECONDS)
        request = b""
        while b"\r\n\r\n" not in request and (more := secured.recv(4096)):
            request += more
        server.requests.append(request)
        speak(secured)


def saying(head: str, body: bytes = b"") -> Speak:
    """Answers with a status line and headers, each on a line, and a body; then it closes."""

    def speak(secured: ssl.SSLSocket) -> None:
        secured.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)

    return speak
