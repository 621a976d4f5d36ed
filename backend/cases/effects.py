"""What a command does beside moving its case, in the same batch; lifecycles name these effects."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal

from backend.cases.records import Case, private_submission
from backend.cases.statements import last_day_of_certificate
from backend.certificates.service import Grant, record, revoke
from backend.city.city import City
from backend.foundation.database import Statement
from backend.house import House

Effect = Callable[[House, Case, int, str | None], Awaitable[list[Statement]]]


def form_fields(city: City, values: Mapping[str, Any]) -> dict[str, str]:
    """The text values of a form by name, and `division` and `address` in words made of district, street and detail."""
    fields = {name: value for name, value in values.items() if isinstance(value, str)}
    district = next((each for each in city.districts if each.code == fields.get("district")), None)
    street = city.street(fields.get("street", ""))
    fields["division"] = f"{district.name.zh if district else ''}{street.name.zh if street else ''}"
    # A form that asks for the whole address in one line is taken at its word.
    fields.setdefault("address", f"{fields['division']}{fields.get('detail', '')}")
    return fields


async def record_certificate(house: House, case: Case, at: int, rule: str | None) -> list[Statement]:
    """The certificate that the decision of a case makes, if its item has one; `rule` is the table that decided it.

    Raises Erased when the applicant's key was shredded, RenewalRefused when what it renews was revoked meanwhile.
    """
    if case.guide.certificate_hash is None:
        return []
    submission = await private_submission(house, case)
    grant = Grant(
        case_id=case.id,
        case_number=case.row["number"],
        subject_id=case.subject_id,
        type_hash=case.guide.certificate_hash,
        issuer=case.row["department"],
        applicant={
            "name": submission.name,
            "id_number": submission.id_number,
            "id_number_tail": submission.id_number[-4:],
            "phone": submission.phone,
        },
        form=form_fields(house.city, submission.values),
        at=at,
        rule=rule,
        renews=case.state.renews,
        counts_from=_counts_from(case),
    )
    return await record(house, grant)


def _counts_from(case: Case) -> Literal["end", "decision"]:
    """From when a renewed certificate's time counts. What came whole only after the old one had ended closes no gap."""
    if case.guide.renewal is None or last_day_of_certificate(case.state) is None:
        return "decision"
    return case.guide.renewal.counts_from


async def revoke_certificate(house: House, case: Case, at: int, rule: str | None) -> list[Statement]:
    """Takes back the certificate that the case led to, if there is one."""
    return revoke(case.id)


EFFECTS: Mapping[str, Effect] = {"certificate": record_certificate, "revocation": revoke_certificate}
