"""Which IP addresses are on the public internet: the only ones that a page or a feed may lead us to.

Sources: the IANA special-purpose address registries for IPv4 and IPv6 (RFC 6890 and its successors), RFC 6052 (NAT64),
RFC 3056 (6to4), RFC 4291 (IPv4-mapped addresses). The ranges are written out here: ``ipaddress.is_global`` answers
differently from one Python to the next.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Literal

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address
Reach = Literal["private", "never"]
"""``private``: only where a source is allowed to; ``never``: for nobody."""


def _ranges(*named: tuple[str, str]) -> tuple[tuple[Network, str], ...]:
    return tuple((ip_network(network), name) for name, listed in named for network in listed.split())


PRIVATE = _ranges(
    ("a private address", "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7"),
    ("a loopback address", "127.0.0.0/8 ::1/128"),
    ("a carrier-grade NAT address", "100.64.0.0/10"),
    ("a benchmarking address", "198.18.0.0/15"),
    ("a site-local address", "fec0::/10"),
)
NEVER = _ranges(
    ("a cloud metadata address", "169.254.169.254 169.254.170.2 169.254.170.23 100.100.100.200 168.63.129.16"),
    ("a cloud metadata address", "192.0.0.192 fd00:ec2::254 fd00:ec2::23 fd20:ce::254"),
    ("a link-local address", "169.254.0.0/16 fe80::/10"),
    ("an unspecified address", "0.0.0.0/8 ::"),
    ("a multicast address", "224.0.0.0/4 ff00::/8"),
    ("a reserved address", "192.0.0.0/24 192.88.99.0/24 240.0.0.0/4 2001::/23 5f00::/16"),
    ("a documentation address", "192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 2001:db8::/32 3fff::/20"),
)
"""Looked at before ``PRIVATE``, so that a metadata address among private ones is known for what it is."""
GLOBAL_UNICAST = IPv6Network("2000::/3")
MAPPED = IPv6Network("::ffff:0:0/96")
COMPATIBLE = IPv6Network("::/96")
NAT64 = IPv6Network("64:ff9b::/96")
LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")
SIX_TO_FOUR = IPv6Network("2002::/16")


def why_not(address: str, *, allow_private: bool = False) -> str | None:
    """Why no request may be made to an IP address, such as "a loopback address"; None if one may.

    An IPv6 address that carries an IPv4 address is judged by both: the packet may end up at either.
    """
    reach = _reach(ip_address(address.partition("%")[0]))
    if reach is None:
        return None
    how_far, name = reach
    return None if allow_private and how_far == "private" else name


def _reach(address: Address) -> tuple[Reach, str] | None:
    for network, name in NEVER:
        if address in network:
            return "never", name
    for network, name in PRIVATE:
        if address in network:
            return "private", name
    if isinstance(address, IPv4Address):
        return None
    inner = _carried(address)
    reach = _reach(inner) if inner is not None else None
    if reach is None and address not in GLOBAL_UNICAST and address not in MAPPED and address not in NAT64:
        return "never", "a reserved address"
    return reach


def _carried(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for."""
    if address in MAPPED or address in COMPATIBLE or address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address in SIX_TO_FOUR:
        return IPv4Address(int(address) >> 80 & 0xFFFFFFFF)
    if address in LOCAL_NAT64:  # where the IPv4 address lies depends on the network; such a network is nobody's outlet
        return IPv4Address("0.0.0.0")  # noqa: S104 - nothing is bound: it stands for an address that is never asked
    return None
