"""Whether two callers sit in one network, as far as their addresses tell."""

from ipaddress import IPv6Address, ip_address


def network_of(address: str) -> str:
    """An IPv4 address itself, which a household shares; of IPv6 the first 64 bits. Empty for no address."""
    try:
        found = ip_address(address.strip())
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else f"{int(found) >> 64:016x}"
    return str(found)
