"""Only addresses of the public Internet may be asked, in whatever clothes an address comes."""

from __future__ import annotations

import pytest

from groundswell.adapters.public_address import why_not_public

PRIVATE = [
    "0.0.0.0",  # noqa: S104 - this host
    "10.1.2.3",
    "100.64.0.1",  # carriers
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",  # instance metadata
    "169.254.170.2",  # credentials of containers
    "172.16.0.1",
    "192.0.0.192",
    "192.0.2.1",  # documents
    "192.88.99.1",  # 6to4 relays
    "192.168.1.1",
    "198.18.0.1",  # benchmarks
    "203.0.113.1",  # documents
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",  # IPv4, as it was once written
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:93.184.215.14",  # mapped: never on the wire
    "64:ff9b::7f00:1",  # NAT64 of 127.0.0.1
    "64:ff9b::a9fe:a9fe",  # NAT64 of 169.254.169.254
    "64:ff9b::a01:203",  # NAT64 of 10.1.2.3
    "64:ff9b:1::1",  # NAT64 of somebody's own
    "100::1",
    "2001::1",  # Teredo
    "2001:0:a9fe:a9fe::1",
    "2001:db8::1",
    "2002:7f00:1::1",  # 6to4 of 127.0.0.1
    "2002:a9fe:a9fe::1",  # 6to4 of 169.254.169.254
    "2002:c0a8:101::1",  # 6to4 of 192.168.1.1
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",  # instance metadata
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]
PUBLIC = [
    "1.1.1.1",
    "52.94.236.248",
    "93.184.215.14",
    "172.32.0.1",
    "2606:2800:21f:cb07:6820:80da:af6b:8b2c",
    "2600:1f14::1",
    "64:ff9b::5db8:d70e",  # NAT64 of 93.184.215.14
    "2002:5db8:d70e::1",  # 6to4 of 93.184.215.14
]


@pytest.mark.parametrize("address", PRIVATE)
def test_address_is_refused_with_a_reason_when_it_is_not_public(address: str) -> None:
    assert why_not_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_address_is_let_through_when_it_is_public(address: str) -> None:
    assert why_not_public(address) == ""


def test_text_is_refused_when_it_is_no_address() -> None:
    assert why_not_public("localhost") == "no IP address"


@pytest.mark.parametrize("address", ["64:ff9b::a9fe:a9fe", "::ffff:169.254.169.254", "2002:a9fe:a9fe::1"])
def test_reason_names_the_address_that_another_one_carries(address: str) -> None:
    assert why_not_public(address) == "link-local, where instance metadata is (169.254.169.254)"
