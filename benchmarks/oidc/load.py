"""A closed loop over kept connections: each sends its next request when the last one was answered."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode


@dataclass
class Connection:
    """HTTP/1.1 with Content-Length, as granian answers."""

    port: int
    _reader: asyncio.StreamReader = field(init=False, repr=False)
    _writer: asyncio.StreamWriter = field(init=False, repr=False)

    async def open(self) -> "Connection":
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    def close(self) -> None:
        self._writer.close()

    async def get(self, path: str, **headers: str) -> Any:
        return await self._answered("GET", path, b"", headers)

    async def post(self, path: str, form: dict[str, str], **headers: str) -> Any:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return await self._answered("POST", path, urlencode(form).encode(), headers)

    async def redirected(self, path: str, **headers: str) -> str:
        status, told, body = await self._exchange("GET", path, b"", headers)
        assert status in {302, 303}, (status, body[:300])
        return told["location"]

    async def _answered(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Any:
        status, _, answer = await self._exchange(method, path, body, headers)
        assert status == 200, (status, answer[:300])
        return json.loads(answer)

    async def _exchange(
        self, method: str, path: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, dict[str, str], bytes]:
        lines = [f"{method} {path} HTTP/1.1", f"Host: localhost:{self.port}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        told = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        answer = await self._reader.readexactly(int(told.get("content-length", "0")))
        return int(head[0].split()[1]), told, answer


@dataclass
class Outcome:
    """times: seconds of each iteration. errors: what went wrong, by its words."""

    seconds: float
    times: list[float]
    errors: list[str]


def run(port: int, seconds: float, works: list[Callable[[Connection], Awaitable[None]]]) -> Outcome:
    """One connection for each of the works, over and over for so many seconds."""
    return asyncio.run(_run(port, seconds, works))


async def _run(port: int, seconds: float, works: list[Callable[[Connection], Awaitable[None]]]) -> Outcome:
    times: list[float] = []
    errors: list[str] = []
    started = time.perf_counter()
    until = started + seconds

    async def repeat(work: Callable[[Connection], Awaitable[None]]) -> None:
        connection = await Connection(port).open()
        while (begun := time.perf_counter()) < until:
            try:
                await work(connection)
            except (AssertionError, KeyError, OSError, asyncio.IncompleteReadError) as error:
                errors.append(repr(error))
                return
            times.append(time.perf_counter() - begun)
        connection.close()

    await asyncio.gather(*(repeat(work) for work in works))
    return Outcome(time.perf_counter() - started, times, errors)
