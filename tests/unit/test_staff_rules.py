"""What a staff password must be, and which codes of a second factor are taken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.staff.rules import accepted_step, password_weakness, step_of, totp_code

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("Ab1!", "too-short"),
        ("A" * 120 + "b1!" * 4, "too-long"),
        ("alllowercaseletters", "too-uniform"),
        ("Aa1Aa1Aa1Aa1", "too-uniform"),
        ("Tide-YH0011-x", "holds-number"),
        ("tide-yh0011-X", "holds-number"),
        ("Password-123!", "common"),
        ("Qwerty-98765", "common"),
        ("Harbour-lamp-39", None),
        ("海边的灯塔-Lamp39", None),
    ],
)
def test_a_password_is_judged_by_length_kinds_number_and_habit(password: str, weakness: str | None) -> None:
    assert password_weakness(password, "YH0011", shortest=10) == weakness


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    assert totp_code(SECRET, step_of(seconds * 1000)) == code


@given(step=st.integers(10, 10**8), ahead=st.integers(-5, 5), last=st.integers(-3, 3))
def test_only_a_neighbouring_step_later_than_the_last_one_is_taken(step: int, ahead: int, last: int) -> None:
    now = step * 30_000 + 1234
    found = accepted_step(SECRET, totp_code(SECRET, step + ahead), now, step + last)
    if found is None:
        assert abs(ahead) > 1 or ahead <= last
    else:
        # Two steps can share a code by chance; whichever is found keeps the rule.
        assert abs(found - step) <= 1
        assert found > step + last
        assert totp_code(SECRET, found) == totp_code(SECRET, step + ahead)
