"""Rules on certificates."""

from __future__ import annotations

from collections.abc import Iterable

from backend.city.rules.form_tree import Schema, types_of
from backend.city.rules.rule import At, rule
from backend.city.rules.view import PackView

_OF_APPLICANT = {"name", "id_number", "id_number_tail", "phone"}
_OF_CERTIFICATE = {"identifier", "issuer", "issued_on", "valid_until"}
# Made of district, street and detail when the certificate is.
_MADE_OF_DISTRICT = {"division", "address"}


@rule(
    "certificate-view",
    refuses="A view with a field the certificate does not have, or with two fields of one key.",
    cure="Name fields of the certificate once.",
)
def certificate_view(pack: PackView) -> Iterable[At]:
    """A view shows fields that the certificate has, and never two of the same key."""
    for path, certificate in pack.certificates.items():
        keys = {field.name: field.key for field in certificate.fields}
        for position, view in enumerate(certificate.views):
            unknown = [name for name in view.fields if name not in keys]
            shown = [keys[name] for name in view.fields if name in keys]
            if unknown or len(shown) != len(set(shown)):
                detail = f"{view.key}: {', '.join(unknown) or 'two fields of one key'}"
                yield At(path, f"/views/{position}/fields", detail)


@rule(
    "certificate-missing",
    refuses="An item that is filed online and ends with a certificate, without the type of that certificate.",
    cure="Add certificate with the key of a file in certificates/.",
)
def certificate_missing(pack: PackView) -> Iterable[At]:
    """What ends with a certificate issues one."""
    for pair in pack.pairs:
        base = pair.base
        if base.form is not None and base.result.kind == "certificate" and base.certificate is None:
            yield At(pair.path, "/result", f"ends with the certificate {base.result.name.zh}, and no type is named")


def _answered(schema: Schema, name: str) -> bool:
    """Whether a form always gives a text by that name for a certificate."""
    required = schema.get("required", [])
    if name in _MADE_OF_DISTRICT:
        return "district" in required
    return name in required and "string" in types_of(schema.get("properties", {}).get(name, {}))


@rule(
    "certificate-source",
    refuses="A field of a certificate whose source is unknown, or is no required text of every form that leads to it.",
    cure="Name applicant.*, certificate.* or a required text of the form (form.address and form.division need a"
    " required district).",
)
def certificate_source(pack: PackView) -> Iterable[At]:
    """No certificate has an empty field."""
    for path, certificate in pack.certificates.items():
        for position, field in enumerate(certificate.fields):
            source, _, name = field.from_.partition(".")
            known = {"applicant": _OF_APPLICANT, "certificate": _OF_CERTIFICATE}.get(source)
            if known is not None and name not in known:
                yield At(path, f"/fields/{position}/from", f"{field.from_} is not known")
    for pair, _, form, _ in pack.filled():
        if pair.base.certificate is None:
            continue
        path, certificate = pack.certificate_by_key[pair.base.certificate]
        for position, field in enumerate(certificate.fields):
            source, _, name = field.from_.partition(".")
            if source == "form" and not _answered(form.schema, name):
                detail = f"{field.from_} is no required text of the form {form.key} ({pair.base.key})"
                yield At(path, f"/fields/{position}/from", detail)
