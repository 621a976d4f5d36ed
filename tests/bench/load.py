"""A load generator in a process of its own: keep-alive HTTP/1.1 connections, each with one request under way.

Reads one `Load` as JSON on stdin and prints one `Outcome`. For GETs of one address wrk is used where it is installed,
since a generator in Python may be what limits them; submissions need a key of their own and always come from here.
"""

from __future__ import annotations

import asyncio
import random
import re
import shutil
import subprocess
import sys
import time
import uuid
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parents[2]


class Load(msgspec.Struct):
    """What to ask: one of `paths` at a time, with `once` each of them once; a `body` makes it a POST with an
    Idempotency-Key of its own.
    """

    host: str
    port: int
    paths: list[str]
    seconds: float
    connections: int = 16
    cookie: str = ""
    body: str = ""
    once: bool = False


class Outcome(msgspec.Struct):
    """Requests answered per second, how many not with 2xx, and the median and 99th percentile in milliseconds."""

    per_second: float
    refused: int
    median_ms: float
    p99_ms: float


class _Connection(asyncio.Protocol):
    def __init__(self, load: Load, spans: list[float], refusals: list[int]) -> None:
        self._load, self._spans, self._refusals = load, spans, refusals
        self._heads = [] if load.once else [self._head(path) for path in load.paths]
        self._body = load.body.encode()
        self._buffer = b""
        self._transport: asyncio.Transport
        self.closed = asyncio.get_running_loop().create_future()
        self.stopping = False

    def _head(self, path: str) -> bytes:
        lines = [f"Host: {self._load.host}:{self._load.port}"]
        if self._load.cookie:
            lines.append(f"Cookie: {self._load.cookie}")
        if self._load.body:
            lines.append(f"Content-Type: application/json\r\nContent-Length: {len(self._load.body.encode())}")
        method = "POST" if self._load.body else "GET"
        return f"{method} {path} HTTP/1.1\r\n".encode() + "\r\n".join(lines).encode()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]
        self._ask()

    def _ask(self) -> None:
        if self._load.once:
            if not self._load.paths:
                self._transport.close()
                return
            head = self._head(self._load.paths.pop())
        else:
            head = random.choice(self._heads) if len(self._heads) > 1 else self._heads[0]
        key = f"\r\nIdempotency-Key: {uuid.uuid4()}".encode() if self._body else b""
        self._asked = time.perf_counter()
        self._transport.write(head + key + b"\r\n\r\n" + self._body)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        found = re.search(rb"content-length: (\d+)", self._buffer[:end], re.IGNORECASE)
        if found is None or len(self._buffer) < end + 4 + int(found[1]):
            return
        self._spans.append(time.perf_counter() - self._asked)
        status = int(self._buffer[9:12])
        if not 200 <= status < 300:
            self._refusals.append(status)
        self._buffer = b""
        if self.stopping:
            self._transport.close()
        else:
            self._ask()

    def connection_lost(self, _error: Exception | None) -> None:
        self.closed.set_result(None)


async def generate(load: Load) -> Outcome:
    """Runs a load."""
    spans: list[float] = []
    refusals: list[int] = []
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    connections = [
        (await loop.create_connection(lambda: _Connection(load, spans, refusals), load.host, load.port))[1]
        for _ in range(load.connections)
    ]
    await asyncio.wait([connection.closed for connection in connections], timeout=load.seconds)
    answered, elapsed = len(spans), time.perf_counter() - started
    for connection in connections:
        connection.stopping = True
    await asyncio.wait([connection.closed for connection in connections], timeout=30)
    ordered = sorted(spans) or [0.0]
    median, late = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
    return Outcome(answered / elapsed, len(refusals), 1000 * median, 1000 * late)


def measure(load: Load) -> Outcome:
    """Runs a load in a process of its own: wrk, or this module."""
    if not load.body and len(load.paths) == 1 and shutil.which("wrk"):
        return _by_wrk(load)
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.load"],
        input=msgspec.json.encode(load),
        capture_output=True,
        check=True,
        cwd=ROOT,
    )
    return msgspec.json.decode(done.stdout, type=Outcome)


def _by_wrk(load: Load) -> Outcome:
    command = ["wrk", "-t1", f"-c{load.connections}", f"-d{max(1, round(load.seconds))}s", "--latency"]
    if load.cookie:
        command += ["-H", f"Cookie: {load.cookie}"]
    command.append(f"http://{load.host}:{load.port}{load.paths[0]}")
    text = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    return Outcome(
        float(rate[1]) if rate else 0.0,
        int(refused[1]) if refused else 0,
        _milliseconds(re.search(r"50%\s+([\d.]+)(us|ms|s)", text)),
        _milliseconds(re.search(r"99%\s+([\d.]+)(us|ms|s)", text)),
    )


def _milliseconds(found: re.Match[str] | None) -> float:
    return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]] if found else 0.0


if __name__ == "__main__":
    outcome = asyncio.run(generate(msgspec.json.decode(sys.stdin.buffer.read(), type=Load)))
    sys.stdout.buffer.write(msgspec.json.encode(outcome))
