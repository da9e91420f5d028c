"""What looks from the hub gets a prober, and no way into any account."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from groundswell.adapters.hub_clients import FromHub
from groundswell.ports.clients import Clients
from groundswell.ports.probing import Answer, Reply


class Echo:
    """A prober that answers with the address it was asked."""

    def ask(self, urls: Sequence[str]) -> Sequence[Reply]:
        return [Answer(200, url.encode(), "203.0.113.7") for url in urls]


def opened() -> Clients:
    return FromHub(Echo()).open(account="1", region="r", role="", session_name="dr-1", calls_per_second=None)


def test_addresses_are_asked_of_the_prober_and_counted() -> None:
    clients = opened()

    replies = clients.client("https").ask(["https://one.example", "https://two.example"])

    assert [reply.body for reply in replies if isinstance(reply, Answer)] == [
        b"https://one.example",
        b"https://two.example",
    ]
    assert clients.calls == {"https:GET": 2}


def test_calls_are_counted_anew_for_each_look() -> None:
    opened().client("https").ask(["https://one.example"])

    assert opened().calls == {}


def test_service_of_an_account_is_refused() -> None:
    with pytest.raises(ValueError, match="no client of ec2 without an account"):
        opened().client("ec2")
