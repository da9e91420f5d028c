"""Probes over real TLS to a server on this machine, which the address rule of the tests lets through."""

from __future__ import annotations

import ssl
import threading
from pathlib import Path

import pytest

from groundswell.adapters import https_prober
from groundswell.adapters.https_prober import HttpsProber
from groundswell.ports.probing import BODY_LIMIT, Answer, Forbidden, NoAnswer, Reply
from tests.unit.adapters.tls_server import Server, certificate, saying, tls_server

pytestmark = pytest.mark.enable_socket
OK = "HTTP/1.1 200 OK\nContent-Length: 2"


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("tls"), "localhost")


def prober(pem: Path | None, *, seconds: float = 20.0, forbidden: str = "") -> HttpsProber:
    """One that may ask this machine, and trusts the certificate; `forbidden` is an address that it may not ask."""
    tls = ssl.create_default_context(cafile=pem)
    return HttpsProber(why_not=lambda address: "forbidden" * (address == forbidden), tls=tls, seconds=seconds)


def asked(prober: HttpsProber, server: Server, path: str = "/health") -> Reply:
    (reply,) = prober.ask([server.url(path)])
    return reply


def test_answer_is_told_with_status_text_and_address(pem: Path) -> None:
    with tls_server(pem, saying(OK, b"up")) as server:
        assert asked(prober(pem), server) == Answer(200, b"up", "127.0.0.1")


def test_request_says_nothing_but_where_it_goes_and_that_it_is_a_check(pem: Path) -> None:
    with tls_server(pem, saying(OK, b"up")) as server:
        asked(prober(pem), server, "/health?deep=1")

    first, *headers = server.requests[0].decode().strip().split("\r\n")
    assert first == "GET /health?deep=1 HTTP/1.1"
    assert sorted(headers) == [
        "Accept-Encoding: identity",
        "Connection: close",
        f"Host: localhost:{server.port}",
        "User-Agent: groundswell-check",
    ]


def test_redirect_is_an_answer_and_is_not_followed(pem: Path) -> None:
    with tls_server(pem, saying("HTTP/1.1 302 Found\nLocation: /elsewhere\nContent-Length: 0")) as server:
        reply = asked(prober(pem), server)

    assert reply == Answer(302, b"", "127.0.0.1")
    assert len(server.requests) == 1


def test_text_is_read_up_to_its_limit_when_there_is_more(pem: Path) -> None:
    size = 3 * BODY_LIMIT
    with tls_server(pem, saying(f"HTTP/1.1 200 OK\nContent-Length: {size}", b"x" * size)) as server:
        reply = asked(prober(pem), server)

    assert isinstance(reply, Answer)
    assert reply.body == b"x" * BODY_LIMIT


def test_text_ends_with_the_connection_when_no_length_is_given(pem: Path) -> None:
    with tls_server(pem, saying("HTTP/1.0 200 OK", b"up" * 20_000)) as server:
        assert asked(prober(pem), server) == Answer(200, b"up" * 20_000, "127.0.0.1")


def test_text_in_chunks_is_put_together(pem: Path) -> None:
    with tls_server(pem, saying("HTTP/1.1 200 OK\nTransfer-Encoding: chunked", b"2\r\nup\r\n0\r\n\r\n")) as server:
        assert asked(prober(pem), server) == Answer(200, b"up", "127.0.0.1")


def test_answer_is_complete_with_its_length_when_the_server_keeps_the_connection(pem: Path) -> None:
    done = threading.Event()

    def speak(secured: ssl.SSLSocket) -> None:
        saying(OK, b"up")(secured)
        done.wait(20)

    with tls_server(pem, speak) as server:
        reply = asked(prober(pem), server)
        done.set()

    assert reply == Answer(200, b"up", "127.0.0.1")


def test_nobody_answers_when_the_text_drips_for_longer_than_there_is_time(pem: Path) -> None:
    given_up = threading.Event()

    def drip(secured: ssl.SSLSocket) -> None:
        secured.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not given_up.wait(0.05):
            secured.sendall(b".")

    with tls_server(pem, drip) as server:
        reply = asked(prober(pem, seconds=1), server)
        given_up.set()

    assert reply == NoAnswer("no complete answer within 1 s")


def test_nobody_answers_when_what_comes_is_not_http(pem: Path) -> None:
    with tls_server(pem, saying("220 mail.example ESMTP")) as server:
        reply = asked(prober(pem), server)

    assert isinstance(reply, NoAnswer)
    assert "BadStatusLine" in reply.reason


def test_nobody_answers_when_headers_have_no_end(pem: Path) -> None:
    with tls_server(
        pem, saying("HTTP/1.1 200 OK\n" + "\n".join(f"X-{n}: {'y' * 60_000}" for n in range(40)))
    ) as server:
        reply = asked(prober(pem), server)

    assert isinstance(reply, NoAnswer)
    assert "larger than" in reply.reason


def test_nobody_answers_when_nothing_listens(pem: Path) -> None:
    with tls_server(pem, saying(OK)) as server:
        pass

    reply = asked(prober(pem), server)

    assert isinstance(reply, NoAnswer)
    assert f"no connection to 127.0.0.1 port {server.port}" in reply.reason


def test_nobody_answers_when_the_certificate_is_for_another_name(pem: Path) -> None:
    with tls_server(pem, saying(OK, b"up")) as server:
        (reply,) = prober(pem).ask([server.url(host="127.0.0.1")])

    assert isinstance(reply, NoAnswer)
    assert "the certificate is not good for 127.0.0.1" in reply.reason
    assert server.requests == []


def test_nobody_answers_when_the_certificate_is_not_trusted(pem: Path) -> None:
    with tls_server(pem, saying(OK, b"up")) as server:
        reply = asked(prober(None), server)

    assert isinstance(reply, NoAnswer)
    assert "self-signed" in reply.reason
    assert server.requests == []


def test_name_has_no_address_when_nobody_knows_it(pem: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError(f"{host}:{port} not known")

    monkeypatch.setattr(https_prober, "resolve", unknown)

    (reply,) = prober(pem).ask(["https://nobody.example/"])

    assert reply == NoAnswer("nobody.example has no address: nobody.example:443 not known")


def test_name_is_resolved_once_and_what_was_judged_is_asked(pem: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that answers with another address the second time (DNS rebinding) is not asked a second time."""
    answers = [["127.0.0.1"], ["192.0.2.1"], ["192.0.2.1"]]
    monkeypatch.setattr(https_prober, "resolve", lambda *_: answers.pop(0))

    with tls_server(pem, saying(OK, b"up")) as server:
        reply = asked(prober(pem, forbidden="192.0.2.1"), server)

    assert reply == Answer(200, b"up", "127.0.0.1")
    assert len(answers) == 2


def test_next_address_is_asked_when_the_first_does_not_listen(pem: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(https_prober, "resolve", lambda *_: ["127.0.0.2", "127.0.0.1"])

    with tls_server(pem, saying(OK, b"up")) as server:
        assert asked(prober(pem), server) == Answer(200, b"up", "127.0.0.1")


def test_nobody_is_asked_when_one_of_the_addresses_is_forbidden(pem: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(https_prober, "resolve", lambda *_: ["127.0.0.1", "169.254.169.254"])

    with tls_server(pem, saying(OK, b"up")) as server:
        reply = asked(prober(pem, forbidden="169.254.169.254"), server)

    assert reply == Forbidden("localhost leads to 169.254.169.254, which is forbidden")
    assert server.connections == 0


def test_addresses_are_asked_side_by_side(pem: Path) -> None:
    """Each answers only when both have been asked."""
    both = threading.Barrier(2)

    def speak(secured: ssl.SSLSocket) -> None:
        both.wait(20)
        saying(OK, b"up")(secured)

    with tls_server(pem, speak) as server:
        replies = prober(pem).ask([server.url("/one"), server.url("/two")])

    assert replies == [Answer(200, b"up", "127.0.0.1")] * 2


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "0x7f.1", "2130706433", "[::ffff:127.0.0.1]"])
def test_this_machine_is_refused_by_the_real_rule_however_it_is_spelt(pem: Path, host: str) -> None:
    with tls_server(pem, saying(OK, b"up")) as server:
        (reply,) = HttpsProber(tls=ssl.create_default_context(cafile=pem)).ask([server.url(host=host)])

    assert isinstance(reply, Forbidden)
    assert server.connections == 0


@pytest.mark.parametrize("host", ["169.254.169.254", "[fd00:ec2::254]", "10.0.0.1", "[64:ff9b::a9fe:a9fe]"])
def test_inside_addresses_are_refused_by_the_real_rule(host: str) -> None:
    (reply,) = HttpsProber().ask([f"https://{host}/latest/meta-data/"])

    assert isinstance(reply, Forbidden)
