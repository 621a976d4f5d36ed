"""docs/city-check.md, made from the records of the rules that `city check` runs."""

from __future__ import annotations

from backend.city.rules.every import RULES, SUBJECTS
from backend.city.rules.rule import Rule

BROKEN = "tests/packs/broken"
_HEAD = """# What `zhangban city check` refuses

Made from the rules in `backend/city/rules/` by `zhangban city rules --out docs/city-check.md`; a test compares. Each
rule has at least one [broken pack](../{broken}): a few lines changed in [tests/packs/tiny](../tests/packs/tiny), and
the file, line and rule that must be found. How they are written: `tests/harness/broken_packs.py`.

`zhangban city check PATH` prints `file:line: severity rule [article]: what is wrong. What cures it.`, then one line
with the numbers, and ends with 1 when there are errors. Warnings do not keep a pack from being published. `--json`
prints

    {{"ok": true, "errors": 0, "warnings": 1, "hash": "…", "plan": null, "findings": [
      {{"file": "…", "line": 7, "rule": "…", "detail": "…", "cure": "…", "article": null, "severity": "warning"}}]}}

`hash` is null when the pack cannot be put together. With `--plan KEY`, `plan` is a list with one entry a target of
`plans/*.yaml`: `measure`, `name`, `wanted`, `unit`, `at_least`, `by`, `state` (`measured` from the catalogue now,
`later` from cases or settings, `not-ours`), `value` and `met` (null unless measured), `missing` (keys of what falls
short), `note`. What a plan wants is no error.

The confidence of an article: H read in its text, M from memory, L differs from place to place. {number} rules.
"""


def rules_page() -> str:
    """The page: every rule by subject with what it refuses, its article, its cure and its broken pack."""
    parts = [_HEAD.format(number=len(RULES), broken=BROKEN)]
    for subject, rules in SUBJECTS:
        parts.append(f"## {subject}\n")
        parts += ["| rule | refuses | cure | article |", "|---|---|---|---|"]
        parts += [_line(each) for each in rules]
        parts.append("")
    return "\n".join(parts)


def _line(rule: Rule) -> str:
    link = f"[`{rule.id}`](../{BROKEN}/{rule.id}/change.yaml)"
    warning = " (warning)" if rule.severity == "warning" else ""
    article = f"{rule.article.text} ({rule.article.confidence})" if rule.article else ""
    return f"| {link}{warning} | {rule.refuses} | {rule.cure} | {article} |"
