"""Both judges of filled forms: the server's in this process, the phone's through node."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import msgspec

from backend.cases.filled import judge
from backend.city.city import Form
from backend.city.structures import Known
from backend.foundation import forms
from tests.harness.phone_process import PhoneProcess

Errors = list[dict[str, str]]


class By(msgspec.Struct, frozen=True):
    """What an instance is judged by besides its form."""

    today: str
    facts: dict[Known, str | None]
    commitments: list[str]


class Judges(PhoneProcess):
    """The two judges of one form after another; leaving the context ends the phone's."""

    def __init__(self) -> None:
        super().__init__("judge.mjs")
        self._compiled: dict[str, forms.Form] = {}

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
        request: Mapping[str, Any] = {
            "schema": form.schema,
            "layout": msgspec.to_builtins(form.layout),
            "by": msgspec.to_builtins(by),
            "instances": list(instances),
        }
        return list(self.ask(request))

    def both(self, form: Form, values: Any, by: By) -> Errors:
        """What both find; fails where they differ."""
        server, (phone,) = self.server(form, values, by), self.phone(form, [values], by)
        assert phone == server, values
        return server
