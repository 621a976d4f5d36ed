"""Judging what was filled in: the schema and what the layout adds to it. Pure.

The twin is ``pwa/src/rules/filled.ts``: the same errors on the phone and here (``tests/vectors/forms.json``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from backend.city.structures import Check, Field, Known, Layout, When
from backend.foundation.forms import FieldError, Form
from backend.foundation.identifiers import (
    check_bank_card,
    check_mobile,
    check_phone,
    check_postcode,
    check_resident_id,
    check_uscc,
)

ABSENT: Final = object()

_CHECKS: Final[Mapping[Check, Callable[[str, date], object]]] = {
    "id-number": check_resident_id,
    "credit-code": lambda text, today: check_uscc(text),
    "mobile": lambda text, today: check_mobile(text),
    "phone": lambda text, today: check_phone(text),
    "postcode": lambda text, today: check_postcode(text),
    "bank-card": lambda text, today: check_bank_card(text),
}


def member_at(scope: Any, pointer: str) -> Any:
    """The value at a field's pointer within the form or a row; ABSENT where there is none."""
    at = scope
    for step in pointer.split("/")[1:]:
        if not isinstance(at, dict) or step not in at:
            return ABSENT
        at = at[step]
    return at


def holds(when: When | None, scope: Any) -> bool:
    """Whether a field takes part, by the answer it depends on in its form or row."""
    if when is None:
        return True
    answer = member_at(scope, when.pointer)
    if isinstance(answer, bool) or isinstance(when.equals, bool):
        return answer is when.equals
    return isinstance(answer, str) and (answer == when.equals or answer in when.one_of)


def every_field(fields: Iterable[Field]) -> Iterator[Field]:
    """The fields of a page or group and those inside their groups; not those of rows."""
    for field in fields:
        yield field
        if field.control == "group":
            yield from every_field(field.fields)


def judge(
    form: Form,
    layout: Layout,
    values: Any,
    *,
    today: date,
    facts: Mapping[Known, str | None],
    commitments: frozenset[str],
) -> list[FieldError]:
    """Everything wrong with an instance, sorted by path then keyword, each once.

    To the keywords of the schema come: ``required`` at the field that is missing, ``check`` (a number that cannot be),
    ``when`` (an answer to a question that is not asked), ``const`` (what the registers know, typed over; a commitment
    not given). `facts` are what is known of the applicant, `commitments` the materials that must be committed to.
    """
    found = set(form.faults(values))
    fields = [field for page in layout.pages for field in page.fields]
    found.update(_Walk(today, facts, commitments).fields(fields, values, "", shown=True, in_row=False))
    return sorted(found)


class _Walk:
    def __init__(self, today: date, facts: Mapping[Known, str | None], commitments: frozenset[str]) -> None:
        self.today = today
        self.facts = facts
        self.commitments = commitments

    def fields(
        self, fields: Sequence[Field], scope: Any, base: str, *, shown: bool, in_row: bool
    ) -> Iterator[FieldError]:
        for field in fields:
            active = shown and holds(field.when, scope)
            if field.control == "group":
                yield from self.fields(field.fields, scope, base, shown=active, in_row=in_row)
            elif field.control != "file":
                yield from self.field(field, member_at(scope, field.pointer), base + field.pointer, active, in_row)

    def field(self, field: Field, value: Any, path: str, active: bool, in_row: bool) -> Iterator[FieldError]:
        committed = field.control == "checkbox" and field.material in self.commitments
        if value is ABSENT:
            if active and committed:
                yield FieldError(path, "required")
        elif not active:
            yield FieldError(path, "when")
        elif field.control == "rows":
            for index, row in enumerate(value if isinstance(value, list) else []):
                yield from self.fields(field.fields, row, f"{path}/{index}", shown=True, in_row=True)
        else:
            if field.check is not None and isinstance(value, str) and _CHECKS[field.check](value, self.today):
                yield FieldError(path, "check")
            # What the registers know cannot be typed over; a row is about somebody else.
            fact = self.facts.get(field.known) if field.known and not in_row else None
            if (committed and value is not True) or (fact is not None and value != fact):
                yield FieldError(path, "const")
