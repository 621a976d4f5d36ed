"""How long a pack of many items takes to check and to publish, and how much memory its City has.

Each size is measured in a process of its own: `python -m tests.bench.bench_city FOLDER [DATABASE_URL…]` prints JSON.
"""

from __future__ import annotations

import asyncio
import gc
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from backend.city.check import judge
from backend.city.city import City
from backend.city.store import last, load, publish
from backend.foundation.database import open_database
from backend.foundation.migrations import migrate
from backend.foundation.time_source import TimeSource
from tests.bench.generated_pack import generate
from tests.bench.load import ROOT

SIZES = (37, 1_000, 10_000)
_PAGE = os.sysconf("SC_PAGE_SIZE")
Result = TypeVar("Result")


class Figures(msgspec.Struct):
    """Seconds, and MiB of resident memory, of one pack; publishing is City.load and store.publish, by database.

    What only computes is measured in the process's own time, what waits for a database by the clock.
    """

    items: int
    check: float
    load: float
    publish: dict[str, float]
    follow: dict[str, float]
    """Until another process has loaded what was published."""
    memory: float
    peak: float
    """Of the process, at its highest, when it has loaded one City and checked the pack beside it."""


def _resident() -> float:
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE / 2**20


def _timed(work: Callable[[], Result]) -> tuple[float, Result]:
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


async def _published(url: str, city: City) -> tuple[float, float]:
    database = await open_database(url, bind=False)
    try:
        await migrate(database)
        start = time.perf_counter()
        assert await publish(database, city, at=0, actor="bench")
        middle = time.perf_counter()
        _, in_force = await last(database)
        assert in_force is not None
        await load(database, in_force)
        return middle - start, time.perf_counter() - middle
    finally:
        await database.close()


def measure(folder: Path, urls: list[str]) -> Figures:
    """The figures of a pack folder."""
    before = _resident()
    loading, city = _timed(lambda: City.load(folder))
    memory = _resident() - before
    checking, judged = _timed(lambda: judge(folder, TimeSource().today()))
    assert not judged.errors, judged.errors[:3]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    del judged
    publishing, following = {}, {}
    for url in urls:
        kind = url.partition(":")[0]
        stored, followed = asyncio.run(_published(url, city))
        publishing[kind], following[kind] = loading + stored, followed
    return Figures(len(city.items), checking, loading, publishing, following, memory, peak)


def city_figures(
    directory: Path, fresh: Callable[[str], list[str]], sizes: tuple[int, ...] = SIZES
) -> Iterator[Figures]:
    """The figures of generated packs; `fresh` gives addresses of empty databases."""
    for size in sizes:
        folder = generate(directory / f"pack-{size}", size)
        command = [sys.executable, "-m", "tests.bench.bench_city", str(folder), *fresh(f"pack{size}")]
        printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert printed.returncode == 0, printed.stderr[-2000:]
        yield msgspec.json.decode(printed.stdout.splitlines()[-1], type=Figures)


def figures_line(figures: Figures) -> str:
    """The figures as a line of the report."""
    parts = [f"check {figures.check:.2f} s", f"load {figures.load:.2f} s"]
    parts += [f"publish on {kind} {seconds:.2f} s" for kind, seconds in figures.publish.items()]
    parts += [f"followed on {kind} in {seconds:.2f} s" for kind, seconds in figures.follow.items()]
    parts.append(f"City {figures.memory:.0f} MiB, process at most {figures.peak:.0f} MiB")
    return f"city of {figures.items} items: {', '.join(parts)}"


if __name__ == "__main__":
    print(msgspec.json.encode(measure(Path(sys.argv[1]), sys.argv[2:])).decode())
