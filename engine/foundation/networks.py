"""By what somebody is counted who only has an address: attempts to sign in, what comes in from the public."""

from __future__ import annotations

import ipaddress

OWN_NETWORK = 64  # bits: of IPv6 every connection has a network of its own, with addresses beyond number
UNKNOWN = "unknown"  # whatever is no address: all such are one place, or anybody could be many


def network_of(address: str) -> str:
    """What is kept of an address to count by: an IPv4 address, the network of an IPv6 one; a port is no part of it."""
    text = address.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return UNKNOWN
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, OWN_NETWORK), strict=False))
