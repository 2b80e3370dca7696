"""Where a fetch may go: to hosts that the catalogue names, and never where a server would like to send us."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit


class NotAllowedError(Exception):
    """An address that is not fetched, and why."""


@dataclass(frozen=True)
class Guard:
    """What an entry of the catalogue allows.

    Attributes:
        hosts: the hosts that it names; `www.` before a host makes no other host of it.
        private: whether they may be in a private network.
    """

    hosts: frozenset[str]
    private: bool = False

    @classmethod
    def of(cls, addresses: Collection[str], hosts: Collection[str], private: bool) -> Guard:
        """The guard of an entry with these addresses, and these hosts besides."""
        named = {urlsplit(address).hostname or "" for address in addresses} | {host.lower() for host in hosts}
        return cls(frozenset(_bare(host) for host in named), private)

    def check(self, url: str) -> None:
        """Refuse an address that leads elsewhere.

        Raises:
            NotAllowedError: it is not HTTP, carries a password, or is on a host that the catalogue does not name.
        """
        try:
            parts = urlsplit(url)
            host, _port = parts.hostname, parts.port
        except ValueError:
            raise NotAllowedError(f"{url}: no address") from None
        if parts.scheme not in ("http", "https"):
            raise NotAllowedError(f"{url}: only http and https are fetched")
        if parts.username or parts.password:
            raise NotAllowedError("an address with a password in it is not fetched, since addresses are published")
        if not host or _bare(host) not in self.hosts:
            raise NotAllowedError(f"{url}: on a host that the catalogue does not name; if it is right, enter it there")

    def check_place(self, host: str, port: int) -> None:
        """Refuse a name that leads into a network that is not public.

        Raises:
            NotAllowedError: one of its addresses is not public.
            OSError: the name is not known.
        """
        for *_, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            self.check_peer(str(place[0]))

    def check_peer(self, address: str) -> None:
        """Refuse an IP address that is not public.

        Link-local addresses, where clouds hand out their keys, are refused whatever the catalogue says.

        Raises:
            NotAllowedError: it is not.
        """
        ip = ipaddress.ip_address(address.partition("%")[0])
        ip = getattr(ip, "ipv4_mapped", None) or ip
        inside = self.private and not (ip.is_link_local or ip.is_multicast or ip.is_unspecified)
        if not (inside or ip.is_global) or ip.is_multicast:
            raise NotAllowedError(
                f"{ip} is not a public address; for a host of your own network, set private = true in the catalogue"
            )


def _bare(host: str) -> str:
    return host.lower().rstrip(".").removeprefix("www.")
