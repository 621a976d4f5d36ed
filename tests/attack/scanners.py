"""wapiti and sqlmap against the served product, on loopback only: what they are told to try, and what they found.

Both are given every operation of the OpenAPI document with the ids of a resident's own things in place, so that they
come to what lies behind an address. Both are programs of their own in `build/scanners` (scripts/scanner-environment).
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import httpx
import msgspec

from backend.foundation.settings import Settings
from backend.identity.permissions import PERMISSIONS
from tests.api.case_builders import CLERK, RESIDENT
from tests.attack.operations import OPERATIONS, Operation
from tests.faults.applicants import Applicant, Journal
from tests.harness.served import API, ROOT, ServedProduct, served_settings

BIN = ROOT / "build" / "scanners" / "bin"
# What would end the scanner's own session.
SIGNS_OUT = {("DELETE", f"{API}/session"), ("DELETE", f"{API}/me/sessions"), ("POST", f"{API}/me/erasure")}
# Left out are those that speak to hosts outside, look for products that this is none of, or judge TLS, which the test
# server has not; and `csrf`, which looks for a token in forms: other sites are refused by what the browser says of them
# (test_cross_site.py); and `ldap`, of which there is none here: it takes two refusals that differ (too long, no number)
# for what a directory was searched for.
MODULES = "crlf,exec,file,permanentxss,redirect,sql,timesql,upload,xss"
# What is the same whoever asks.
MODULES_ONCE = "backup,cookieflags,csp,htaccess,http_headers,shellshock"
# The scanned server speaks plain http on loopback, where no cookie can be Secure; over https each one is, by its
# `__Host-` name (test_sessions.py).
ON_PLAIN_LOOPBACK = "Secure Flag cookie: "


def scanned_settings(directory: Path) -> Settings:
    """A house below `directory` in which no limit answers instead of what is to be looked at."""
    settings = served_settings(directory)
    return msgspec.structs.replace(
        settings, limits=msgspec.structs.replace(settings.limits, link_opens_per_minute=10_000_000)
    )


Who = Literal["resident", "clerk", "stranger"]


class Target(msgspec.Struct, frozen=True):
    """A running server: its address, who asks with which cookie (a stranger: none), and ids of a resident's things."""

    url: str
    who: Who
    cookie: str
    ids: dict[str, str]

    def path(self, operation: Operation) -> str:
        """An operation's address with the resident's own ids."""
        return operation.path(**{name: self.ids[name] for name in operation.names if name in self.ids})


async def _furnished(served: ServedProduct) -> dict[Who, Target]:
    async with httpx.AsyncClient(base_url=served.url, timeout=30) as client:
        await served.sign_in_as(client, RESIDENT)
        journal = Journal()
        applicant = Applicant(client, journal)
        await applicant.prepare()
        await applicant.submit()
        receipt = json.loads(next(iter(journal.receipts.values())))
        application = json.loads(next(iter(journal.applications.values())).body)
        ids = {
            "case_id": receipt["case"]["id"],
            "sha256": next(iter(application["files"].values()))[0],
            "key": application["item"],
            "hash_": application["form_hash"],
        }
        resident = f"zhangban={client.cookies['zhangban']}"
    clerk = f"zhangban={served.sign_in(CLERK).cookies['zhangban']}"
    return {
        "resident": Target(served.url, "resident", resident, ids),
        "clerk": Target(served.url, "clerk", clerk, ids),
        "stranger": Target(served.url, "stranger", "", ids),
    }


def furnished(served: ServedProduct) -> dict[Who, Target]:
    """The server as a resident who has filed an application, a clerk of its department and a stranger reach it."""
    return asyncio.run(_furnished(served))


def tried(target: Target) -> list[Operation]:
    """What a scanner tries: the desk's operations as the clerk, those open to anyone as a stranger, else the rest."""
    found = []
    for each in OPERATIONS:
        permission = PERMISSIONS.get((each.method, each.template))
        is_open = permission is None or permission.is_open
        who: Who = "stranger" if is_open else "clerk" if each.template.startswith(f"{API}/desk/") else "resident"
        if who == target.who and (each.method, each.template) not in SIGNS_OUT:
            found.append(each)
    return found


def marked(value: Any) -> Any:
    """A body with sqlmap's marker behind every text and number in it."""
    if isinstance(value, dict):
        return {name: marked(each) for name, each in value.items()}
    if isinstance(value, list):
        return [marked(each) for each in value]
    return value if isinstance(value, bool) or value is None else f"{value}*"


def request_to_inject(target: Target, operation: Operation) -> str | None:
    """A request in sqlmap's log format with a marker at every place that takes input; None when none does."""
    path = operation.template.format(
        **{name: f"{target.ids.get(name) or operation.example_of(name)}*" for name in operation.names}
    )
    query = "&".join(f"{each['name']}={quote(str(each['schema'].get('default', 'x')))}*" for each in operation.queries)
    body = "" if operation.body is None else json.dumps(marked(operation.example()), ensure_ascii=False)
    if "*" not in path + query + body:
        return None
    address = target.url.removeprefix("http://")
    lines = [
        f"{operation.method} {path}{'?' + query if query else ''} HTTP/1.1",
        f"Host: {address}",
        *(f"{name}: {value}" for name, value in operation.headers().items()),
        *(["Content-Type: application/json"] if body else []),
        *([f"Cookie: {target.cookie}"] if target.cookie else []),
        f"Content-Length: {len(body.encode())}",
    ]
    rule = "=" * 54
    return (
        f"{rule}\n12:00:00  {target.url}  [127.0.0.1]\n{rule}\n" + "\r\n".join([*lines, "", body]) + f"\n{rule}\n\n\n\n"
    )


def run(command: list[str], directory: Path, seconds: float) -> None:
    """Runs a scanner with a home of its own. Raises TimeoutExpired, and RuntimeError with its words when it fails."""
    environment = {**os.environ, "HOME": str(directory), "NO_PROXY": "*", "no_proxy": "*"}
    done = subprocess.run(
        command,
        cwd=directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    (directory / "output.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{(done.stdout + done.stderr)[-3000:]}")


def sqlmap(
    target: Target, directory: Path, seconds: float, *, thorough: bool = False, requests: list[str] | None = None
) -> list[str]:
    """What sqlmap finds injectable; it tries every place that takes input."""
    directory.mkdir(parents=True, exist_ok=True)
    if requests is None:
        requests = [found for each in tried(target) if (found := request_to_inject(target, each))]
    log, results = directory / "requests.log", directory / "results.csv"
    log.write_text("".join(requests), encoding="utf-8")
    level = ["--level", "3", "--risk", "2"] if thorough else ["--level", "1", "--risk", "1"]
    command = [str(BIN / "sqlmap"), "-l", str(log), "--batch", "--disable-coloring", "--flush-session", *level]
    command += ["--technique", "BEUT", "--time-sec", "2", "--timeout", "10", "--retries", "0", "--threads", "4"]
    # Its shortcuts are for other people's servers: here every answer, of whatever status, is to be looked at.
    command += ["--ignore-code", "*", "--output-dir", str(directory / "output"), "--results-file", str(results)]
    run(command, directory, seconds)
    with results.open(encoding="utf-8") as file:
        found = list(csv.DictReader(file))
    text = (directory / "output.txt").read_text(encoding="utf-8")
    # Its report lists findings only: that it came to every target is in its words.
    asked = text.count("testing connection to the target URL")
    if asked < len({request.split(" HTTP/1.1")[0].rpartition(" ")[2] for request in requests}):
        raise RuntimeError(f"sqlmap tried {asked} of {len(requests)} requests:\n{text[-3000:]}")
    return [" ".join(str(value) for value in row.values()) for row in found]


def wapiti(target: Target, directory: Path, seconds: float, *, modules: str = "") -> list[str]:
    """What wapiti reports as a vulnerability or an anomaly, over the pages it crawls and the OpenAPI document."""
    directory.mkdir(parents=True, exist_ok=True)
    modules = modules or (f"{MODULES},{MODULES_ONCE}" if target.who == "stranger" else MODULES)
    document, report = directory / "openapi.json", directory / "report.json"
    command = [str(BIN / "wapiti"), "-u", f"{target.url}/", "--scope", "domain", "-m", modules, "--no-bugreport"]
    if target.ids:
        document.write_text(json.dumps(document_of(target)), encoding="utf-8")
        command += ["--swagger", str(document)]
    if target.cookie:
        command += ["-H", f"Cookie: {target.cookie}", "-H", "Idempotency-Key: 0a0a0a0a-scan"]
    command += ["-d", "4", "--max-scan-time", str(seconds), "--max-attack-time", str(seconds / 12), "-t", "10"]
    command += ["--tasks", "4", "-v", "1", "-f", "json", "-o", str(report)]
    command += ["--store-session", str(directory / "session"), "--store-config", str(directory / "config")]
    run(command, directory, seconds + 60)
    told = json.loads(report.read_text(encoding="utf-8"))
    reported = [
        f"{kind}: {each['method']} {each['path']} {each['parameter']} {each['info']}"
        for part in ("vulnerabilities", "anomalies")
        for kind, found in told[part].items()
        for each in found
    ]
    return [each for each in reported if not each.startswith(ON_PLAIN_LOOPBACK)]


def document_of(target: Target) -> dict[str, Any]:
    """The OpenAPI document with the resident's ids written into its addresses."""
    document: dict[str, Any] = httpx.get(f"{target.url}/schema/openapi.json", timeout=30).json()
    document["servers"] = [{"url": target.url}]
    paths: dict[str, Any] = {}
    for operation in tried(target):
        described = document["paths"].get(operation.template, {}).get(operation.method.lower())
        if described is not None:
            kept = [each for each in described.get("parameters", []) if each["in"] != "path"]
            paths.setdefault(target.path(operation), {})[operation.method.lower()] = {**described, "parameters": kept}
    return {**document, "paths": paths}


def main() -> int:
    """Serves a house, lets both scanners loose on it, and prints what they found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--thorough", action="store_true", help="sqlmap at level 3, wapiti for as long as it takes")
    thorough = parser.parse_args().thorough
    seconds = 3600.0 if thorough else 180.0
    directory = Path(tempfile.mkdtemp(prefix="zhangban-scan-"))
    found: list[str] = []
    try:
        with ServedProduct(scanned_settings(directory / "house"), directory / "house") as served:
            for name, target in furnished(served).items():
                for scanner in ("wapiti", "sqlmap"):
                    started, place = time.monotonic(), directory / f"{scanner}-{name}"
                    if scanner == "wapiti":
                        more = wapiti(target, place, seconds)
                    else:
                        more = sqlmap(target, place, seconds, thorough=thorough)
                    print(f"{scanner} as {name}: {len(more)} findings in {time.monotonic() - started:.0f} s")
                    found += [f"  {scanner}, {name}: {each}" for each in more]
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    print("\n".join(found) or "nothing found")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
