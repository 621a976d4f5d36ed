"""Both judges of filled forms: the server's in this process, the phone's through node."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from backend.cases.filled import judge
from backend.city.city import Form
from backend.city.structures import Known
from backend.foundation import forms

ROOT = Path(__file__).resolve().parents[2]
Errors = list[dict[str, str]]


class By(msgspec.Struct, frozen=True):
    """What an instance is judged by besides its form."""

    today: str
    facts: dict[Known, str | None]
    commitments: list[str]


class Judges:
    """The two judges of one form after another; leaving the context ends the phone's."""

    def __init__(self) -> None:
        command = ["node", str(ROOT / "pwa" / "scripts" / "judge.mjs")]
        self._node = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._compiled: dict[str, forms.Form] = {}

    def __enter__(self) -> Judges:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._node.stdin
        assert self._node.stdout
        self._node.stdin.close()
        self._node.stdout.close()
        assert self._node.wait(timeout=20) == 0

    def server(self, form: Form, values: Any, by: By) -> Errors:
        """What the server finds."""
        if form.hash not in self._compiled:
            self._compiled[form.hash] = forms.Form(form.schema)
        found = judge(
            self._compiled[form.hash],
            form.layout,
            values,
            today=date.fromisoformat(by.today),
            facts=by.facts,
            commitments=frozenset(by.commitments),
        )
        return [{"path": each.path, "keyword": each.keyword} for each in found]

    def phone(self, form: Form, instances: Iterable[Any], by: By) -> list[Errors]:
        """What the phone finds in each instance."""
        assert self._node.stdin
        assert self._node.stdout
        request: Mapping[str, Any] = {
            "schema": form.schema,
            "layout": msgspec.to_builtins(form.layout),
            "by": msgspec.to_builtins(by),
            "instances": list(instances),
        }
        self._node.stdin.write(json.dumps(request).encode() + b"\n")
        self._node.stdin.flush()
        return list(json.loads(self._node.stdout.readline()))

    def both(self, form: Form, values: Any, by: By) -> Errors:
        """What both find; fails where they differ."""
        server, (phone,) = self.server(form, values, by), self.phone(form, [values], by)
        assert phone == server, values
        return server
