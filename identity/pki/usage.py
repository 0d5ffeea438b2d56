"""Asks pyhanko-certvalidator, which is asynchronous, from code that is not."""

import asyncio
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor

from pyhanko_certvalidator import CertificateValidator


def check_usage(validator: CertificateValidator, usage: AbstractSet[str]) -> None:
    """Raises what `async_validate_usage` raises.

    In a thread of its own, since asyncio.run refuses where the caller's thread already runs a loop (as under
    an ASGI server).
    """
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(lambda: asyncio.run(validator.async_validate_usage(set(usage)))).result()  # type: ignore[no-untyped-call]  # its own
