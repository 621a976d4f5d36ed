"""What a certificate says: its dates, its identifier, and what each view shows of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.certificates.rules import (
    end_of_day,
    fields_of,
    identifier,
    renewal_due,
    valid_until,
    view_fields,
)
from backend.city.city import City
from backend.city.structures import CertificateType
from backend.foundation.identifiers import check_certificate_identifier

PACK = Path(__file__).resolve().parents[2] / "city"
CASE_NUMBER = "11990100990100018P3990199001000202611220001"


@pytest.mark.parametrize(
    ("issued_on", "months", "last"),
    [
        (date(2026, 11, 22), 12, date(2027, 11, 22)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
    ],
)
def test_a_period_of_months_ends_on_the_same_day_or_the_last_of_the_month(
    issued_on: date, months: int, last: date
) -> None:
    assert valid_until(issued_on, months) == last


def test_a_day_ends_at_midnight_in_shanghai() -> None:
    assert end_of_day(date(2026, 11, 22)) == 1_795_363_200


def test_the_identifier_has_a_valid_check_character_and_the_serial_of_its_case() -> None:
    made = identifier("11990100990100018P001", "11990100990100026J", CASE_NUMBER)
    assert check_certificate_identifier(made) is None
    assert made.split(".")[7] == CASE_NUMBER[25:]


def test_every_view_of_the_demo_types_shows_its_fields_and_nothing_else() -> None:
    for kind in City.load(PACK).certificates.values():
        fields = {field.name: f"{field.name}!" for field in kind.fields}
        for view in kind.views:
            shown = view_fields(kind, view.key, fields)
            assert shown is not None
            assert list(shown.values()) == [kind.key, view.key, *(f"{name}!" for name in view.fields)]
            assert len(shown) == 2 + len(view.fields), "two fields of one view share a key"


def permit() -> CertificateType:
    """The certificate of a residence permit."""
    kinds = City.load(PACK).certificates.values()
    return next(each for each in kinds if each.key == "residence-permit")


def test_an_unknown_view_shows_nothing() -> None:
    kind = permit()
    assert view_fields(kind, "no-such-view", {}) is None


def test_the_national_identifier_is_only_in_the_full_view() -> None:
    for kind in City.load(PACK).certificates.values():
        national = {field.name for field in kind.fields if field.key == 5}
        assert [view.key for view in kind.views if national & set(view.fields)] in ([], ["full"])


def test_a_field_whose_source_the_case_lacks_is_left_out() -> None:
    kind = permit()
    found = fields_of(kind, {"name": "林晓舟"}, {}, {"issuer": "云海市公安局"})
    assert found == {"holder": "林晓舟", "issuer": "云海市公安局"}


@given(st.integers(0, 10**10), st.integers(3, 30 * 86_400), st.integers(0, 30 * 86_400))
def test_a_credential_is_renewed_in_the_last_third_of_its_life(issued: int, life: int, age: int) -> None:
    assert renewal_due(issued, issued + life, issued + age) == (age >= life - life // 3)
