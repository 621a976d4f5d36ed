"""Name resolution that answers only with addresses of the public internet, so that no push reaches an inner network."""

from __future__ import annotations

import ipaddress
import socket

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class AddressRefused(OSError):
    """A push service's name points into a private, local or reserved network."""


def is_public(address: str) -> bool:
    """Whether an address lies in the public internet, looking through IPv6 forms that carry an IPv4 address."""
    value = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(value, ipaddress.IPv6Address):
        if value.sixtofour is not None or value.teredo is not None:
            return False
        inner = value.ipv4_mapped
        if value in _NAT64:
            inner = ipaddress.IPv4Address(int(value) & 0xFFFFFFFF)
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return value.is_global and not value.is_multicast


class PublicResolver(AbstractResolver):
    """Resolves names and refuses them whole when any address is not public.

    The connection is then made to the very addresses judged here, so a name that changes its mind is no way round.
    """

    def __init__(self, *, allow_loopback: bool, resolver: AbstractResolver | None = None) -> None:
        self._resolver = resolver or ThreadedResolver()
        self._allow_loopback = allow_loopback

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Addresses of `host`. Raises AddressRefused, or OSError when the name is unknown."""
        results = await self._resolver.resolve(host, port, family)
        for result in results:
            allowed = self._allow_loopback and ipaddress.ip_address(result["host"].partition("%")[0]).is_loopback
            if not allowed and not is_public(result["host"]):
                raise AddressRefused(f"{host} points to a network that is not public")
        return results

    async def close(self) -> None:
        """Releases the resolver underneath."""
        await self._resolver.close()
