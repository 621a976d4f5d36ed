"""`zhangban city check PATH [--json]`."""

from __future__ import annotations

from pathlib import Path

import msgspec

from backend.city.check import check
from backend.city.city import City
from backend.city.pack import Finding
from backend.foundation.time_source import TimeSource


def finding_line(path: Path, finding: Finding) -> str:
    """A finding as a compiler says it: place, severity, rule, article, detail and cure."""
    article = f" [{finding.article}]" if finding.article else ""
    place = f"{path / finding.file}:{finding.line}"
    return f"{place}: {finding.severity} {finding.rule}{article}: {finding.detail}. {finding.cure}"


def check_command(path: Path, *, as_json: bool) -> int:
    """Prints the findings of a pack; 1 when one of them is an error."""
    findings = check(path, TimeSource().today())
    failed = any(finding.severity == "error" for finding in findings)
    if as_json:
        print(msgspec.json.encode({"ok": not failed, "findings": findings}).decode())
    else:
        for finding in findings:
            print(finding_line(path, finding))
        if not failed:
            print(f"{path}: may be published, hash {City.load(path).hash}")
    return 1 if failed else 0
