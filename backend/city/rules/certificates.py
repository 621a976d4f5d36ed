"""Rules on certificates."""

from __future__ import annotations

from collections.abc import Iterable

from backend.city.rules.form_tree import Schema, types_of
from backend.city.rules.rule import Article, At, rule
from backend.city.rules.view import PackView
from backend.city.structures import CERTIFICATE_ENDS

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


@rule(
    "renewal-of-nothing",
    refuses="A renewal of an item that makes no certificate, that cannot be filed online, whose certificate is never"
    " renewed (validity.renewal: none), or of a certificate that another item renews already; and one that opens after"
    " it has closed.",
    cure="Name the certificate that is renewed, in one item only, or remove renewal.",
    article=Article("行政许可法第五十条", "H"),
)
def renewal_of_nothing(pack: PackView) -> Iterable[At]:
    """What is renewed is one certificate that can be."""
    renewed: dict[str, str] = {}
    for pair in pack.pairs:
        base = pair.base
        if base.renewal is None:
            continue
        if base.certificate is None or base.form is None:
            yield At(pair.path, "/renewal", "the item is filed online for no certificate")
            continue
        _, certificate = pack.certificate_by_key[base.certificate]
        if certificate.validity.renewal == "none":
            yield At(pair.path, "/renewal", f"{certificate.key} is never renewed")
        elif base.certificate in renewed:
            yield At(pair.path, "/renewal", f"{renewed[base.certificate]} renews {certificate.key} already")
        renewed.setdefault(base.certificate, base.key)
        opens = base.renewal.opens
        if opens is not None and opens.value <= base.renewal.value and opens.unit == base.renewal.unit:
            yield At(pair.path, "/renewal/opens", f"opens {opens.value} and closes {base.renewal.value} before the end")


@rule(
    "renewal-without-command",
    refuses="A permit that is renewed, in a lifecycle that does not renew it when nothing was decided before the"
    " certificate ended.",
    cure="Add a command of who: timer, after: certificate, effects: [certificate] that leads where grant leads.",
    article=Article("行政许可法第五十条", "H"),
)
def renewal_without_command(pack: PackView) -> Iterable[At]:
    """A permit is deemed renewed where the office is silent."""
    for pair in pack.pairs:
        if pair.base.renewal is None or pair.base.regime != "permit":
            continue
        lifecycle = pack.lifecycle_by_key[pair.base.lifecycle or pair.base.kind]
        granted = {to for each in lifecycle.commands if each.key == "grant" for to in each.targets}
        if not any(
            each.after == CERTIFICATE_ENDS and "certificate" in each.effects and each.to in granted
            for each in lifecycle.commands
            if not each.regimes or "permit" in each.regimes
        ):
            yield At(pair.path, "/renewal", f"the lifecycle {lifecycle.key} never deems it renewed")


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
