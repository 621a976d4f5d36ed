"""Identifiers: the published vectors, every single slip caught, and what people type brought into canonical form."""

import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.foundation import identifiers
from tests.scale import examples

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "vectors.json").read_text())
TODAY = date(2026, 11, 22)
RESIDENT_IDS = [
    *VECTORS["resident_id"]["valid"],
    *VECTORS["resident_id"]["residence_permit_hmt"]["valid"],
    *VECTORS["resident_id"]["foreign_permanent"]["valid"],
]
CODES = VECTORS["item_codes"]
IMPLEMENTATION = CODES["task_code"]


@pytest.mark.parametrize("text", [*RESIDENT_IDS, "CAN110119801234"])
def test_a_valid_resident_id_passes(text: str) -> None:
    assert identifiers.check_resident_id(text, TODAY) is None


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("110105194912310021", "check-character"),
        ("11010519490230002X", "birth-date"),
        ("11010519491231002x", "alphabet"),
        ("１1010519491231002X", "alphabet"),
        ("11010519491231002", "length"),
        ("110105491231002", "length"),
        ("can110119801234", "alphabet"),
        ("", "length"),
    ],
)
def test_an_invalid_resident_id_names_the_first_fault(text: str, error: str) -> None:
    assert identifiers.check_resident_id(text, TODAY) == error


def resident_id(birth: date) -> str:
    stem = f"110105{birth:%Y%m%d}002"
    return next(stem + end for end in "0123456789X" if identifiers.check_resident_id(stem + end, birth) is None)


def test_a_birth_date_is_refused_from_tomorrow_on_and_before_150_years_ago() -> None:
    tomorrow = TODAY + timedelta(days=1)
    assert identifiers.check_resident_id(resident_id(TODAY), TODAY) is None
    assert identifiers.check_resident_id(resident_id(tomorrow), TODAY) == "birth-date"
    assert identifiers.check_resident_id(resident_id(date(1876, 11, 22)), TODAY) is None
    assert identifiers.check_resident_id(resident_id(date(1876, 11, 21)), TODAY) == "birth-date"


@pytest.mark.parametrize("text", [*VECTORS["uscc"]["valid"], *VECTORS["demo_departments"]["uscc"]])
def test_a_valid_credit_code_passes_and_every_changed_character_is_caught(text: str) -> None:
    assert identifiers.check_uscc(text) is None
    for place in range(18):
        for other in identifiers.USCC_ALPHABET:
            if other != text[place]:
                assert identifiers.check_uscc(text[:place] + other + text[place + 1 :]) is not None


def test_a_credit_code_whose_organisation_code_does_not_check_is_refused() -> None:
    stem = "9135010" + "0M000100Y5"  # 4 is right
    codes = [stem + end for end in identifiers.USCC_ALPHABET]
    assert {identifiers.check_uscc(code) for code in codes} == {"check-character", "organisation-check"}


@pytest.mark.parametrize("text", VECTORS["uscc"]["invalid"])
def test_an_invalid_credit_code_is_refused(text: str) -> None:
    assert identifiers.check_uscc(text) is not None


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("990000", None),
        ("990100", None),
        ("990101", None),
        ("110101001", None),
        ("110101001001", None),
        ("110101000000", None),
        ("110001", "level"),
        ("110100001", "level"),
        ("110101000001", "level"),
        ("830000", "province"),
        ("000000", "province"),
        ("1101", "length"),
        ("11010１", "alphabet"),
    ],
)
def test_an_area_code_uses_its_levels_from_the_left(text: str, error: str | None) -> None:
    assert identifiers.check_area_code(text) == error


@pytest.mark.parametrize(
    "text", [CODES["catalog_code"], CODES["task_code"], CODES["task_handle_item"], *CODES["real_samples"]]
)
def test_an_item_code_of_12_31_or_33_passes(text: str) -> None:
    assert identifiers.check_item_code(text) is None
    assert identifiers.check_imported_item_code(text) is None


def test_an_item_code_is_refused_for_its_credit_code_level_case_or_length() -> None:
    assert identifiers.check_item_code(IMPLEMENTATION.lower()) == "alphabet"
    assert identifiers.check_item_code(IMPLEMENTATION[:18] + "8" + IMPLEMENTATION[19:]) == "level"
    assert identifiers.check_item_code("2" + IMPLEMENTATION[1:]) == "check-character"
    assert identifiers.check_item_code(IMPLEMENTATION[:-1]) == "length"
    assert identifiers.check_item_code("99019900100A") == "alphabet"
    assert identifiers.check_imported_item_code("x" * 56) == "length"
    assert identifiers.check_imported_item_code("a_b") == "alphabet"


@pytest.mark.parametrize("text", [*VECTORS["ecert_id"]["valid"], VECTORS["ecert_id"]["demo"]])
def test_a_certificate_identifier_passes_and_is_rebuilt_from_its_segments(text: str) -> None:
    assert identifiers.check_certificate_identifier(text) is None
    kind, issuer, serial, version, _ = text[len(identifiers.CERTIFICATE_ROOT) :].split(".")
    assert identifiers.build_certificate_identifier(kind, issuer, serial, int(version)) == text


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (("001.N", "001.G"), "check-character"),
        (("001.N", "000.N"), "version"),
        (("001.N", "001N"), "segments"),
        (("1.2.156.3005.2", "1.2.156.3005.3"), "root"),
        (("202600001", ""), "serial"),
        (("202600001", "2026-0001"), "alphabet"),
        (("26J.", "26K."), "issuer"),
        (("18P001", "18P01"), "type"),
        (("202600001", "2" * 99), "length"),
    ],
)
def test_a_certificate_identifier_names_its_first_fault(change: tuple[str, str], error: str) -> None:
    assert identifiers.check_certificate_identifier(VECTORS["ecert_id"]["demo"].replace(*change)) == error


@given(st.integers(0, 2**35 - 1), st.data())
@settings(max_examples=examples(20_000), deadline=None)
def test_a_query_code_catches_every_single_error_and_every_swap(bits: int, data: st.DataObject) -> None:
    code = identifiers.new_query_code(lambda _: bits)
    assert identifiers.check_query_code(code) is None
    place = data.draw(st.integers(0, 7))
    for other in identifiers.QUERY_CODE_ALPHABET:
        changed = code[:place] + other + code[place + 1 :]
        assert (identifiers.check_query_code(changed) is None) == (changed == code)
    for other_place in range(8):
        swapped = list(code)
        swapped[place], swapped[other_place] = swapped[other_place], swapped[place]
        assert (identifiers.check_query_code("".join(swapped)) is None) == ("".join(swapped) == code)


def test_the_query_codes_of_the_formats_document_are_made_from_their_bits() -> None:
    document = (Path(__file__).parent.parent.parent / "docs" / "formats.md").read_text()
    for bits in (1, 0x123456789):
        assert f"`{identifiers.new_query_code(lambda _, bits=bits: bits)}`" in document  # type: ignore[misc]


def test_a_query_code_may_be_typed_in_any_case_with_look_alikes_blanks_and_hyphens() -> None:
    assert identifiers.normalise_query_code(" oil4-ａbcd ") == "0114ABCD"
    assert identifiers.check_query_code("O114ABCD") == "alphabet"


def test_typed_identifiers_are_brought_to_upper_case_half_width_without_blanks() -> None:
    assert identifiers.normalise_identifier(" １１０105 19491231 002x") == "11010519491231002X"


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("+86 138 0013 8000", "13800138000"),
        ("138-0013-8000", "13800138000"),
        ("8613800138000", "13800138000"),
        ("（0591）8765 4321", "05918765 4321".replace(" ", "")),
        ("010-62345678", "010-62345678"),
        ("12345", "12345"),
    ],
)
def test_a_typed_phone_number_is_normalised_and_passes(typed: str, phone: str) -> None:
    assert identifiers.normalise_phone(typed) == phone
    assert identifiers.check_phone(phone) is None


@pytest.mark.parametrize("text", ["12800138000", "1234567", "13800138", "abc"])
def test_a_number_that_nobody_can_call_is_refused(text: str) -> None:
    assert identifiers.check_phone(text) == "format"


def test_a_case_number_is_43_characters_and_45_beyond_9999_cases_a_day() -> None:
    assert identifiers.build_case_number(IMPLEMENTATION, date(2026, 11, 22), 1) == CODES["case_no"]
    long = identifiers.build_case_number(CODES["task_handle_item"], date(2026, 11, 22), 10_000)
    assert len(long) == 45
    assert identifiers.check_case_number(long) is None
    for text in [CODES["case_no"], *CODES["real_case_no"]]:
        assert identifiers.check_case_number(text) is None
    with pytest.raises(ValueError, match="serial"):
        identifiers.build_case_number(IMPLEMENTATION, date(2026, 11, 22), 1_000_000)
    with pytest.raises(ValueError, match="implementation code"):
        identifiers.build_case_number(CODES["catalog_code"], date(2026, 11, 22), 1)


def test_an_investment_project_code_has_its_hyphens_and_a_month() -> None:
    assert identifiers.check_investment_project_code(VECTORS["investment_project_code"]["valid"][0]) is None
    assert identifiers.check_investment_project_code("2513-320193-89-01-544060") == "month"
    assert identifiers.check_investment_project_code("25093201938901544060") == "length"
    assert identifiers.check_investment_project_code("2509-320193-89-01-54406a") == "format"


def test_new_ids_are_version_7_and_sort_by_time() -> None:
    ids = [identifiers.new_id(1_700_000_000_000 + step) for step in range(100)]
    assert ids == sorted(ids)
    assert all(
        re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", text) for text in ids
    )
    assert len({identifiers.new_id() for _ in range(1000)}) == 1000
