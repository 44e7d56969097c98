"""Which addresses a download may reach, checked where the socket is made.

The socket is the one choke point: it sees the final address of a name, of an address literal and of each
redirect alike, so a name cannot be resolved twice to two different ends. A custom resolver would be passed by
address literals.
"""

import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import aiohttp
from aiohttp.abc import AbstractResolver

# The ipaddress module of Python 3.11 still calls these global.
_SPECIAL_V4 = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"))
_UNICAST_V6 = IPv6Network("2000::/3")
_SPECIAL_V6 = (IPv6Network("2001::/23"), IPv6Network("2001:db8::/32"), IPv6Network("3fff::/20"))
AddressInfo = tuple[int, int, int, str, tuple[object, ...]]  # aiohttp's AddrInfoType, with its parts named
_NAT64 = IPv6Network("64:ff9b::/96")


class AddressRefusedError(OSError):
    """The address is not on the public internet."""

    def __init__(self) -> None:
        super().__init__("not a public address")


def is_public(text: str) -> bool:
    """Whether an address is on the public internet, by itself and by the IPv4 address that it may embed."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return _public_v4(address) if isinstance(address, IPv4Address) else _public_v6(address)


def _public_v4(address: IPv4Address) -> bool:
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not any(address in network for network in _SPECIAL_V4)
    )


def _public_v6(address: IPv6Address) -> bool:
    if address in _NAT64:
        return _public_v4(IPv4Address(int(address) & 0xFFFFFFFF))
    if embedded := address.ipv4_mapped or address.sixtofour:
        return _public_v4(embedded)
    return address in _UNICAST_V6 and not any(address in network for network in _SPECIAL_V6)


def public_socket(info: AddressInfo) -> socket.socket:
    """A socket to connect with, for public addresses only. Raises AddressRefusedError."""
    family, kind, protocol, _, address = info
    if family not in {socket.AF_INET, socket.AF_INET6} or not is_public(str(address[0])):
        raise AddressRefusedError
    return socket.socket(family=family, type=kind, proto=protocol)


def public_connector(resolver: AbstractResolver | None = None) -> aiohttp.TCPConnector:
    """A connector that reaches the public internet only."""
    return aiohttp.TCPConnector(socket_factory=public_socket, resolver=resolver)
