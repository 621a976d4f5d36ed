"""`make bench`: ratios to peers doing the same work, interleaved in one run; prints a table, writes build/bench.json.

A bar (docs/benchmarks.md) that is missed is shown as missed; the exit code stays 0, since a machine may be busy.
"""

from __future__ import annotations

import argparse
import asyncio
import platform
import shutil
import statistics
import tempfile
from contextlib import ExitStack
from pathlib import Path

import msgspec

from backend.foundation.settings import Settings
from tests.bench.bench_city import SIZES, Figures, city_figures, figures_line
from tests.bench.bench_engine import engine_rates
from tests.bench.bench_push import push_ratios
from tests.bench.bench_qr import cose_ratios, symbol_ratios
from tests.bench.flatness import flatness
from tests.bench.guards import guard_shares
from tests.bench.houses import ITEM, PRODUCT, RAW, RAW_ALONE, House, Running, prepare
from tests.bench.load import ROOT, Outcome, measure
from tests.bench.pages import in_words, page_times
from tests.bench.search import ITEMS as SEARCHED
from tests.bench.search import search_times
from tests.harness.postgresql import PostgresServer
from tests.harness.served import API, served_settings

API_BAR = 0.60
BARS = {
    "ES256 sign": 0.7,
    "ES256 verify": 0.7,
    "EdDSA sign": 0.7,
    "EdDSA verify": 0.7,
    "SVG / qrcode's default SVG": 20.0,
    "push encryption / bare cryptography": 0.8,
}


class Line(msgspec.Struct):
    """One measured ratio; `detail` says what lies behind it."""

    name: str
    ratio: float
    bar: float | None
    met: bool | None
    detail: str = ""


def line(name: str, ratio: float, bar: float | None, detail: str = "", *, at_most: bool = False) -> Line:
    """A line with its verdict."""
    met = None if bar is None else ratio <= bar if at_most else ratio >= bar
    return Line(name, round(ratio, 3), bar, met, detail)


def api_lines(
    kind: str, settings: tuple[Settings, Settings], directory: Path, rounds: int, seconds: float
) -> list[Line]:
    """Guide, guide page, feed, status and submission over the raw application, both on one kind of database."""
    names = ("ours", "raw")
    ours, peer = (prepare(each, directory / f"{kind}-{name}") for each, name in zip(settings, names, strict=True))
    lines = []
    with Running(ours, PRODUCT) as product, Running(peer, RAW) as raw:
        product.same_answers()
        raw.same_answers()
        for what in ("read", "page", "feed", "status", "submit"):
            lines.append(line(f"{what} / raw ASGI, {kind}", *compared(what, product, raw, rounds, seconds)))
    with Running(ours, PRODUCT) as product, Running(peer, RAW_ALONE) as raw:
        ratio, _, words = compared("submit", product, raw, rounds, seconds)
        lines.append(line(f"submit / {RAW_ALONE}, {kind}", ratio, None, words))
    return lines


def compared(what: str, product: Running, peer: Running, rounds: int, seconds: float) -> tuple[float, float, str]:
    """The median ratio of requests a second, its bar, and the figures behind it."""
    found: tuple[list[Outcome], list[Outcome]] = ([], [])
    for number in range(rounds + 1):
        # Whoever comes first changes from round to round.
        for place in (0, 1) if number % 2 else (1, 0):
            server = (product, peer)[place]
            outcome = one_round(what, server.house, seconds)
            assert not outcome.refused, f"{what}: {outcome.refused} refused"
            assert outcome.per_second, f"{what}: no answer in {seconds} s"
            if what == "submit" and server.delivers:
                # What is left to deliver must not be done in the other's time.
                asyncio.run(server.delivered())
            # The first round only warms up.
            if number:
                found[place].append(outcome)
    ratio = statistics.median(a.per_second / b.per_second for a, b in zip(*found, strict=True))
    words = " | ".join(
        f"{name} {statistics.median(o.per_second for o in outcomes):.0f}/s,"
        f" p50 {statistics.median(o.median_ms for o in outcomes):.1f} ms,"
        f" p99 {statistics.median(o.p99_ms for o in outcomes):.1f} ms"
        for name, outcomes in zip(("ours", "raw"), found, strict=True)
    )
    return ratio, API_BAR, words


def one_round(what: str, house: House, seconds: float) -> Outcome:
    """A short load of one kind."""
    if what == "read":
        return measure(house.load(f"{API}/items/{ITEM}", seconds))
    if what == "page":
        return measure(house.load(f"/guides/{ITEM}", seconds))
    if what == "feed":
        return measure(house.load("/feed/guides.json", seconds))
    if what == "status":
        return measure(house.load(f"{API}/cases/{house.case_id}", seconds))
    return measure(house.load(f"{API}/cases", seconds, body=house.body))


def page_lines(directory: Path, rounds: int) -> list[Line]:
    """The first page on a slow phone beside the two peers, and once more from what the phone has kept."""
    times = page_times(directory, rounds)
    ours, back = times["ours"], times["returning"]
    lines = [
        line(f"first paint / {name}", ours.first / peer.first, None, in_words(peer))
        for name, peer in times.items()
        if name in ("bare", "vant")
    ]
    lines.append(line("layout shift of a first visit", ours.shift, 0.01, in_words(ours), at_most=True))
    lines.append(
        line("back with no network, answers after s", back.interactive / 1000, 1.0, in_words(back), at_most=True)
    )
    return lines


def main() -> None:
    """Measures everything, or the parts named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "parts", nargs="*", default=["api", "guards", "flat", "engine", "qr", "push", "city", "search", "pages"]
    )
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--cases", type=int, nargs=2, default=(10_000, 100_000), help="sizes that flatness compares")
    parser.add_argument("--items", type=int, nargs="+", default=SIZES, help="sizes of the generated city packs")
    given = parser.parse_args()
    lines: list[Line] = []
    packs: list[Figures] = []
    with ExitStack() as stack:
        directory = Path(tempfile.mkdtemp(prefix="zhangban-bench-"))
        stack.callback(shutil.rmtree, directory, True)
        server: PostgresServer | None = None
        binaries = PostgresServer.find()
        if given.database != "sqlite" and binaries is not None:
            server = PostgresServer(binaries)
            stack.callback(server.stop)

        def fresh(kind: str, name: str) -> Settings:
            if kind == "sqlite" or server is None:
                return served_settings(directory / f"{kind}-{name}")
            urls = [asyncio.run(server.create_database(f"{name}_{part}")) for part in ("data", "keys")]
            return served_settings(directory / f"{kind}-{name}", *urls)

        def empty(name: str) -> list[str]:
            urls = [] if given.database == "postgresql" else [f"sqlite:///{directory / name}.db"]
            return urls if server is None else [*urls, asyncio.run(server.create_database(name))]

        kinds = [kind for kind in ("sqlite", "postgresql") if given.database in (kind, "both")]
        for kind in kinds:
            if "api" in given.parts:
                pair = fresh(kind, "ours"), fresh(kind, "raw")
                lines += api_lines(kind, pair, directory, given.rounds, given.seconds)
            if "guards" in given.parts:
                house = prepare(fresh(kind, "guarded"), directory / f"{kind}-guarded")
                shares = asyncio.run(guard_shares(house, given.rounds * 3))
                lines += [line(f"share of a read: {name}, {kind}", share, None) for name, share in shares.items()]
            if "flat" in given.parts:
                sizes = (given.cases[0], given.cases[1])
                houses = [prepare(fresh(kind, f"flat{n}"), directory / f"{kind}-flat{n}") for n in sizes]
                for what, growth, words in flatness(houses[0], houses[1], sizes, given.rounds, given.seconds):
                    lines.append(
                        line(f"{what}, {sizes[0]} to {sizes[1]} cases, {kind}", growth, 1.3, words, at_most=True)
                    )
        if "pages" in given.parts:
            lines += page_lines(directory, 5)
        if "city" in given.parts:
            packs += city_figures(directory, empty, tuple(given.items))
    if "engine" in given.parts:
        lines += [line(f"{name}, commands a second", rate, None) for name, rate in engine_rates().items()]
    if "qr" in given.parts:
        lines += [line(name, ratio, BARS.get(name)) for name, ratio in {**cose_ratios(), **symbol_ratios()}.items()]
    if "push" in given.parts:
        lines += [line(name, ratio, BARS.get(name)) for name, ratio in push_ratios().items()]
    if "search" in given.parts:
        median, high, words = search_times(ROOT / "city")
        lines.append(line(f"search, median ms, {SEARCHED} items", median, 10.0, words, at_most=True))
        lines.append(line(f"search, p99 ms, {SEARCHED} items", high, None))
    report(lines, packs)


def report(lines: list[Line], packs: list[Figures]) -> None:
    """The table on stdout and the same as JSON."""
    machine = f"{platform.machine()}, Python {platform.python_version()}, wrk {'yes' if shutil.which('wrk') else 'no'}"
    print(f"\n{machine}\n{'':66}{'ratio':>8}{'bar':>8}")
    for each in lines:
        bar = "" if each.bar is None else f"{each.bar:.2f}"
        verdict = "" if each.met is None else "met" if each.met else "MISSED"
        print(f"{each.name:66}{each.ratio:8.2f}{bar:>8}  {verdict}")
        if each.detail:
            print(f"    {each.detail}")
    for figures in packs:
        print(figures_line(figures))
    target = ROOT / "build" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(msgspec.json.format(msgspec.json.encode({"machine": machine, "lines": lines, "packs": packs})))


if __name__ == "__main__":
    main()
