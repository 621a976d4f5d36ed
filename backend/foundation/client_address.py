"""Who a request comes from, for limits and the audit: an address that the client cannot choose itself."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address


@lru_cache(maxsize=4096)
def _parse(text: str) -> Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


class ClientAddresses:
    """Finds the client behind the operator's own proxies, given as networks in CIDR notation.

    Raises ValueError on what is not a network.
    """

    def __init__(self, trusted_proxies: Sequence[str] = ()) -> None:
        self._trusted = tuple(ip_network(proxy, strict=False) for proxy in trusted_proxies)

    def of(self, peer: str, forwarded_for: str | None) -> str:
        """The last address of X-Forwarded-For that no trusted proxy wrote itself; `peer` when it is not a proxy.

        An IPv6 client is its /64 network: a home has that many addresses to itself.
        """
        address = _parse(peer)
        if self._trusted and forwarded_for and address is not None and self._is_trusted(address):
            for part in reversed(forwarded_for[-1000:].split(",")):
                hop = _parse(part.strip())
                if hop is None:
                    break
                address = hop
                if not self._is_trusted(hop):
                    break
        if isinstance(address, IPv6Address):
            return str(IPv6Network((int(address) >> 64 << 64, 64)))
        return str(address) if address is not None else peer[:64]

    def is_trusted(self, peer: str) -> bool:
        """Whether `peer` is one of the operator's proxies."""
        address = _parse(peer)
        return address is not None and self._is_trusted(address)

    def _is_trusted(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)
