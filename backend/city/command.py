"""`zhangban city check PATH [--json] [--plan KEY]` and `zhangban city rules`."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from backend.city.check import Judged, judge
from backend.city.pack import Finding
from backend.city.rules_page import rules_page
from backend.city.targets import Outcome, outcomes
from backend.foundation.time_source import TimeSource

_UNITS = {"percent": " %"}


class Report(msgspec.Struct):
    """What `--json` prints: docs/city-check.md."""

    ok: bool
    errors: int
    warnings: int
    hash: str | None
    plan: list[Outcome] | None
    findings: list[Finding]


def finding_line(path: Path, finding: Finding) -> str:
    """A finding as a compiler says it: place, severity, rule, article, detail and cure."""
    article = f" [{finding.article}]" if finding.article else ""
    place = f"{path / finding.file}:{finding.line}"
    return f"{place}: {finding.severity} {finding.rule}{article}: {finding.detail}. {finding.cure}"


def outcome_lines(outcome: Outcome) -> list[str]:
    """A target as people read it: wanted, found, and what falls short."""
    unit = _UNITS.get(outcome.unit, f" {outcome.unit}")
    wanted = f"{'≥' if outcome.at_least else '≤'} {outcome.wanted}{unit} by {outcome.by}"
    if outcome.state != "measured":
        return [f"  {outcome.name} ({outcome.measure}): {wanted}: {outcome.note}"]
    verdict = "met" if outcome.met else "MISSED"
    lines = [f"  {outcome.name} ({outcome.measure}): {wanted}: {outcome.value}{unit}, {verdict} ({outcome.note})"]
    if outcome.missing:
        lines.append(f"    {', '.join(outcome.missing)}")
    return lines


def check_command(path: Path, *, as_json: bool, plan: str | None = None) -> int:
    """Prints the findings of a pack, and how far it is from a plan; 1 when there are errors or no such plan.

    What a plan wants is no error: a pack that misses a target may be published.
    """
    judged = judge(path, TimeSource().today())
    failed = bool(judged.errors)
    measured = None
    if plan is not None and judged.city is not None:
        if plan not in judged.city.plans:
            known = ", ".join(sorted(judged.city.plans)) or "none"
            print(f"{path}: no plan is called {plan}; the pack has: {known}", file=sys.stderr)
            return 1
        measured = outcomes(judged.city, judged.city.plans[plan])
    if as_json:
        print(msgspec.json.encode(_report(judged, measured)).decode())
        return 1 if failed else 0
    for finding in judged.findings:
        print(finding_line(path, finding))
    counts = f"{_counted(len(judged.errors), 'error')}, {_counted(len(judged.warnings), 'warning')}"
    verdict = "" if failed or judged.city is None else f": may be published, hash {judged.city.hash}"
    print(f"{path}: {counts}{verdict}")
    if measured is not None and judged.city is not None and plan is not None:
        document = judged.city.plans[plan]
        print(f"{document.city.zh}, {document.document.zh} ({document.year}):")
        for outcome in measured:
            print("\n".join(outcome_lines(outcome)))
    return 1 if failed else 0


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _report(judged: Judged, measured: list[Outcome] | None) -> Report:
    return Report(
        ok=not judged.errors,
        errors=len(judged.errors),
        warnings=len(judged.warnings),
        hash=judged.city.hash if judged.city else None,
        plan=measured,
        findings=judged.findings,
    )


def rules_command(out: Path | None) -> int:
    """Prints docs/city-check.md, or writes it to `out`."""
    if out is None:
        print(rules_page(), end="")
    else:
        out.write_text(rules_page(), encoding="utf-8")
    return 0
