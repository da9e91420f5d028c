"""Which IP addresses are of the public Internet: a probe must not be a way into what only the hub can reach."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_UNICAST = IPv6Network("2000::/3")
"""All that is handed out of IPv6 (IANA: IPv6 Global Unicast Address Assignments)."""
_NAT64 = IPv6Network("64:ff9b::/96")
"""IPv4 addresses as a translating network shows them (RFC 6052)."""
_NEVER = (
    IPv4Network("192.0.0.0/24"),  # for protocols; instance metadata of other clouds
    IPv4Network("192.88.99.0/24"),  # relays from IPv6, given up
    IPv6Network("3fff::/20"),  # for documents, younger than some Pythons
)


def why_not_public(text: str) -> str:
    """Why an address may not be asked, in a few words; empty where it may."""
    try:
        address = ip_address(text)
    except ValueError:
        return "no IP address"
    if isinstance(address, IPv4Address):
        return _why_not_v4(address)
    return _why_not_v6(address)


def _why_not_v4(address: IPv4Address) -> str:
    for words, is_so in (
        ("loopback", address.is_loopback),
        ("link-local, where instance metadata is", address.is_link_local),
        ("multicast", address.is_multicast),
        ("private", address.is_private),
        ("reserved", not address.is_global or _is_never(address)),
    ):
        if is_so:
            return words
    return ""


def _why_not_v6(address: IPv6Address) -> str:
    """An address that carries one of IPv4 is no better than that one."""
    if address.is_loopback or address.is_link_local or address.is_multicast:
        return "loopback, link-local or multicast"
    carried = _carried(address)
    if carried and (why := _why_not_v4(carried)):
        return f"{why} ({carried})"
    is_public = address in _NAT64 or (address in _UNICAST and address.is_global and not _is_never(address))
    return "" if is_public else "private or reserved"


def _carried(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that this machine, a translator or a 6to4 relay would pass the packet on to."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def _is_never(address: IPv4Address | IPv6Address) -> bool:
    return any(address in network for network in _NEVER)
