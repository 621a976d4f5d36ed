"""What a city pack may not say, one small function a rule; `check.py` runs them all over a pack that can be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import msgspec

from backend.city.pack import Document, Finding
from backend.city.structures import (
    Bundle,
    CertificateType,
    CityFacts,
    CreditRecord,
    Department,
    Departments,
    Divisions,
    Duty,
    Enterprise,
    Field,
    FormFile,
    HeldCertificate,
    ItemBase,
    ItemOffice,
    LifecycleFile,
    LifeEvent,
    Limit,
    Location,
    Messages,
    Personas,
    Plan,
    Population,
    Privacy,
    Property,
    Regime,
    Regulation,
    Topic,
)
from backend.foundation import identifiers
from backend.foundation.form_check import check_form

_CATCH_ALL = re.compile(r"(其他|其它|相关|有关|所需)的?(材料|资料|证件|证明|文件)|材料等$|兜底")
_SHARE_ARTICLE = "国务院关于在线政务服务的若干规定（国务院令第716号）第七条"
_BUSINESS_ARTICLE = "优化营商环境条例第三十六条"
# The elements that are the same in every office of a region (十统一, standards §2.3).
_UNIFIED = (
    "name",
    "catalog_code",
    "task_type",
    "legal_basis",
    "use_level",
    "conditions",
    "service_objects",
    "steps",
    "materials",
    "statutory",
    "form",
)


@dataclass(frozen=True)
class Pack:
    """A pack as the rules see it: structures by path, and the documents that know their lines."""

    documents: Mapping[str, Document]
    today: date
    facts: CityFacts
    divisions: Divisions
    departments: Departments
    locations: list[Location]
    topics: list[Topic]
    life_events: list[LifeEvent]
    duties: list[Duty]
    regulations: list[Regulation]
    population: Population
    enterprises: list[Enterprise]
    properties: list[Property]
    credit: list[CreditRecord]
    held_certificates: list[HeldCertificate]
    personas: Personas
    messages: Messages
    privacy: Privacy | None
    regimes: Mapping[str, Regime]
    lifecycles: Mapping[str, LifecycleFile]
    forms: Mapping[str, FormFile]
    bundles: Mapping[str, Bundle]
    plans: Mapping[str, Plan]
    certificates: Mapping[str, CertificateType]
    bases: Mapping[str, ItemBase]
    offices: Mapping[str, ItemOffice]

    def finding(
        self,
        path: str,
        pointer: str,
        rule: str,
        detail: str,
        cure: str,
        *,
        article: str | None = None,
        severity: Literal["error", "warning"] = "error",
    ) -> Finding:
        """A finding at the line of a value."""
        return Finding(path, self.documents[path].line(pointer), rule, detail, cure, article, severity)

    def pairs(self) -> Iterator[tuple[str, ItemBase, str, ItemOffice]]:
        """Each item's base and office with their paths."""
        for path, base in self.bases.items():
            office_path = path.replace("base.yaml", "office.yaml")
            yield path, base, office_path, self.offices[office_path]

    def department(self, key: str) -> Department:
        """The department with a key, which the reader has made sure of."""
        return next(each for each in self.departments.departments if each.key == key)


def catch_all_material(pack: Pack) -> Iterable[Finding]:
    """A material that can mean anything lets an office ask for anything."""
    for path, base in pack.bases.items():
        for position, material in enumerate(base.materials):
            if _CATCH_ALL.search(material.name.zh):
                yield pack.finding(
                    path,
                    f"/materials/{position}/name",
                    "catch-all-material",
                    f"“{material.name.zh}” names no particular document",
                    "Name each document, or remove the material.",
                    article="国发〔2022〕5号",
                )


def material_without_basis(pack: Pack) -> Iterable[Finding]:
    """A material needs a legal basis of its own, or one inherited from its item."""
    for path, base in pack.bases.items():
        for position, material in enumerate(base.materials):
            if material.basis == "inherited" and not base.legal_basis:
                yield pack.finding(
                    path,
                    f"/materials/{position}/basis",
                    "material-without-basis",
                    f"“{material.name.zh}” inherits a legal basis, but the item has none",
                    "Give the item or the material its legal basis.",
                    article=_BUSINESS_ARTICLE,
                )


def upload_where_share_suffices(pack: Pack) -> Iterable[Finding]:
    """What can be obtained by sharing for every applicant may not be asked for."""
    for path, base in pack.bases.items():
        for position, material in enumerate(base.materials):
            if material.handover != "upload":
                continue
            for_all = material.shared_certificate is not None and material.one_of is None
            every = bool(material.one_of) and all(choice.shared_certificate for choice in material.one_of or [])
            if for_all or every:
                yield pack.finding(
                    path,
                    f"/materials/{position}/handover",
                    "upload-where-share-suffices",
                    f"“{material.name.zh}” is asked for, though a share gives it for every applicant",
                    "Set handover: share.",
                    article=_SHARE_ARTICLE,
                )


def _span(days: int, weekday: int) -> int:
    """Calendar days that `days` working days take from a weekday, in weeks without holidays."""
    span = 0
    while days:
        span += 1
        days -= (weekday + span) % 7 < 5
    return span


def _exceeds(promised: Limit, statutory: Limit) -> Literal["always", "sometimes", "never"]:
    if promised.unit == statutory.unit:
        return "always" if promised.value > statutory.value else "never"
    if promised.unit == "workday" and statutory.unit == "day":
        over = [_span(promised.value, weekday) > statutory.value for weekday in range(5)]
        return "always" if all(over) else "sometimes" if any(over) else "never"
    if promised.unit == "day" and statutory.unit == "workday":
        over = [_span(statutory.value, weekday) < promised.value for weekday in range(5)]
        return "always" if all(over) else "sometimes" if any(over) else "never"
    return "never"


def promised_beyond_statutory(pack: Pack) -> Iterable[Finding]:
    """A promise must be kept within the law's own limit."""
    for _, base, path, office in pack.pairs():
        if base.statutory is None:
            continue
        found = _exceeds(office.promised, base.statutory)
        if found != "never":
            yield pack.finding(
                path,
                "/promised",
                "promised-beyond-statutory",
                f"{office.promised.value} {office.promised.unit} {found} exceed {base.statutory.value}"
                f" {base.statutory.unit} by law ({base.statutory.article.zh})",
                "Shorten the promised limit.",
                article=_BUSINESS_ARTICLE,
                severity="error" if found == "always" else "warning",
            )


def limit_not_countable(pack: Pack) -> Iterable[Finding]:
    """The legal clock counts working days and calendar days."""
    for base_path, base, office_path, office in pack.pairs():
        limits: tuple[tuple[str, str, Limit | None], ...] = (
            (base_path, "/statutory", base.statutory),
            (office_path, "/promised", office.promised),
        )
        for path, pointer, limit in limits:
            if limit is not None and limit.unit not in ("workday", "day"):
                yield pack.finding(
                    path, f"{pointer}/unit", "limit-unit", f"{limit.unit} is not counted", "Use workday or day."
                )


def visits_without_reason(pack: Pack) -> Iterable[Finding]:
    """Whoever has to come in person is told why; depth Ⅳ is handled wholly online."""
    for _, _, path, office in pack.pairs():
        if office.visits > 0 and office.visits_reason is None:
            detail = f"{office.visits} visits without a reason"
            yield pack.finding(path, "/visits", "visits-without-reason", detail, "Add visits_reason, or set visits: 0.")
        if office.visits > 0 and office.depth == 4:
            detail = "depth 4 (全程网办) needs no visit, yet visits are asked for"
            yield pack.finding(path, "/depth", "depth-with-visits", detail, "Set visits: 0 or a lower depth.")


def fee_without_basis(pack: Pack) -> Iterable[Finding]:
    """Nothing is charged without a legal basis."""
    for _, _, path, office in pack.pairs():
        if office.fee.charged and office.fee.basis is None:
            yield pack.finding(
                path,
                "/fee",
                "fee-without-basis",
                "a fee is charged and no basis is named",
                "Add fee.basis, or set charged: no.",
                article="优化营商环境条例第二十五条",
            )


def lifecycle_graph(pack: Pack) -> Iterable[Finding]:
    """Every state can be reached and, unless it is final, left; every command can be given by somebody."""
    for path, lifecycle in pack.lifecycles.items():
        states = {state.key: state for state in lifecycle.states}
        for position, command in enumerate(lifecycle.commands):
            for key in (*command.from_, command.to):
                if key not in states:
                    pointer = f"/commands/{position}"
                    yield pack.finding(path, pointer, "reference", f"no state is called {key}", "Name a state.")
        reached = {command.to for command in lifecycle.commands if not command.from_}
        while more := {
            command.to for command in lifecycle.commands if reached & set(command.from_) and command.to not in reached
        }:
            reached |= more
        for position, state in enumerate(lifecycle.states):
            pointer = f"/states/{position}"
            left = any(state.key in command.from_ for command in lifecycle.commands)
            if state.key not in reached:
                detail = f"no sequence of commands leads to {state.key}"
                yield pack.finding(path, pointer, "state-unreachable", detail, "Add a command to it, or remove it.")
            if not state.final and not left:
                detail = f"no command leaves {state.key}, which is not final"
                yield pack.finding(path, pointer, "state-unleavable", detail, "Add a command, or set final: yes.")
            if state.final and left:
                detail = f"{state.key} is final and yet left"
                yield pack.finding(path, pointer, "state-not-final", detail, "Set final: no, or remove the command.")
        keys = [command.key for command in lifecycle.commands]
        for position, command in enumerate(lifecycle.commands):
            stuck = command.from_ and not reached & set(command.from_)
            if stuck or command.key in command.not_by or any(each not in keys for each in command.not_by):
                detail = f"nobody can ever give {command.key}"
                cure = "Correct its from, who or not_by."
                yield pack.finding(path, f"/commands/{position}", "command-nobody-may-give", detail, cure)


def acceptor_decides(pack: Pack) -> Iterable[Finding]:
    """In promised items whoever accepts may not decide."""
    promised = {base.lifecycle or "promised" for base in pack.bases.values() if base.kind == "promised"}
    for path, lifecycle in pack.lifecycles.items():
        if lifecycle.key not in promised:
            continue
        starts = {command.key for command in lifecycle.commands if command.clock == "start"}
        for position, command in enumerate(lifecycle.commands):
            if command.who == "approver" and not starts <= set(command.not_by):
                detail = f"{command.key} may be given by whoever accepted"
                cure = f"Set not_by: [{', '.join(sorted(starts))}]."
                yield pack.finding(path, f"/commands/{position}", "acceptor-decides", detail, cure)


def form_outside_keywords(pack: Pack) -> Iterable[Finding]:
    """Forms use the form keywords only, and the layout shows what the schema knows."""
    for path, form in pack.forms.items():
        fault = check_form(form.schema)
        if fault is not None:
            detail = f"{fault.error} at {fault.path or 'the top'}"
            cure = "Use the form keywords of docs/formats.md."
            yield pack.finding(path, f"/schema{fault.path}", "form-keywords", detail, cure)
            continue
        for page_at, page in enumerate(form.layout.pages):
            yield from _layout(pack, path, f"/layout/pages/{page_at}/fields", page.fields, form.schema)


def _layout(pack: Pack, path: str, at: str, fields: list[Field], schema: Mapping[str, Any]) -> Iterator[Finding]:
    for position, field in enumerate(fields):
        pointer = f"{at}/{position}"
        if field.control == "file":
            if field.material is None:
                yield pack.finding(path, pointer, "form-layout", "a file of no material", "Add material.")
            continue
        if field.control == "group":
            yield from _layout(pack, path, f"{pointer}/fields", field.fields, schema)
            continue
        found = schema_at(schema, field.pointer)
        if found is None:
            detail = f"{field.pointer} is no property of the schema"
            yield pack.finding(path, pointer, "form-layout", detail, "Correct the pointer.")
        elif field.control == "rows":
            yield from _layout(pack, path, f"{pointer}/fields", field.fields, found.get("items", {}))


def schema_at(schema: Mapping[str, Any], pointer: str) -> Mapping[str, Any] | None:
    """The schema of a property by its pointer through nested objects, or None."""
    for step in pointer.split("/")[1:]:
        found = schema.get("properties", {}).get(step)
        if found is None:
            return None
        schema = found
    return schema


def fields_of(form: FormFile) -> Iterator[Field]:
    """Every field of a form, those of groups and rows too."""

    def within(fields: list[Field]) -> Iterator[Field]:
        for field in fields:
            yield field
            yield from within(field.fields)

    for page in form.layout.pages:
        yield from within(page.fields)


def form_and_materials(pack: Pack) -> Iterable[Finding]:
    """Nobody can ask for a file that the guide does not list, and every upload has its place in the form."""
    for path, base in pack.bases.items():
        if base.form is None:
            continue
        form = next(each for each in pack.forms.values() if each.key == base.form)
        asked = {field.material for field in fields_of(form) if field.control == "file"}
        listed = {material.key for material in base.materials if material.handover == "upload"}
        if asked != listed:
            detail = f"the form asks for {sorted(map(str, asked))}, the guide lists {sorted(listed)}"
            yield pack.finding(path, "/materials", "form-materials", detail, "List and ask for the same materials.")


def office_deviates(pack: Pack) -> Iterable[Finding]:
    """An office may not change what is unified."""
    for _, base, path, office in pack.pairs():
        members = msgspec.to_builtins(base)
        for element, value in office.unified.items():
            pointer = f"/unified/{element}"
            if element not in _UNIFIED:
                detail = f"{element} is no unified element"
                yield pack.finding(path, pointer, "office-element", detail, f"Use one of: {', '.join(_UNIFIED)}.")
            elif value != members[element]:
                detail = f"{element} differs from the base item"
                yield pack.finding(
                    path, pointer, "office-deviates", detail, "Repeat the base's value, or leave it out."
                )


def check_characters(pack: Pack) -> Iterable[Finding]:
    """Codes and numbers are well formed and their check characters right (standards §1, §2, §4)."""

    def judged(path: str, pointer: str, text: str, error: str | None) -> Iterator[Finding]:
        if error is not None:
            cure = "Correct the code; its last character is computed from the others."
            yield pack.finding(path, pointer, "check-character", f"{text}: {error}", cure)

    for position, department in enumerate(pack.departments.departments):
        code = department.code
        yield from judged("departments.yaml", f"/departments/{position}/code", code, identifiers.check_uscc(code))
        for phone in ("consult_phone", "complaint_phone"):
            number: str = getattr(department, phone)
            fault = identifiers.check_phone(number)
            yield from judged("departments.yaml", f"/departments/{position}/{phone}", number, fault)
    for position, person in enumerate(pack.population.persons):
        error = identifiers.check_resident_id(person.id_number, pack.today)
        yield from judged("registers/population.yaml", f"/persons/{position}/id_number", "an ID number", error)
    for position, enterprise in enumerate(pack.enterprises):
        fault = identifiers.check_uscc(enterprise.code)
        yield from judged("registers/enterprises.yaml", f"/enterprises/{position}/code", enterprise.code, fault)
    for path, certificate in pack.certificates.items():
        error = identifiers.check_uscc(certificate.type_code[:18])
        yield from judged(path, "/type_code", certificate.type_code, error)
    for _, base, path, office in pack.pairs():
        for position, place in enumerate(office.offices):
            pointer = f"/offices/{position}/item_code"
            code, origin = place.item_code, base.origin
            check = identifiers.check_imported_item_code if origin == "import" else identifiers.check_item_code
            yield from judged(path, pointer, code, check(code))
            if origin == "import":
                continue
            expected = pack.department(place.department).code + base.use_level + base.catalog_code
            if place.item_code[:31] != expected:
                detail = f"{place.item_code} is not department, level and catalogue code"
                yield pack.finding(path, pointer, "item-code", detail, f"Use {expected}.")


def registers_agree(pack: Pack) -> Iterable[Finding]:
    """Guardians and representatives are persons whom the population register knows."""
    numbers = {person.id_number: person.name for person in pack.population.persons}
    for position, person in enumerate(pack.population.persons):
        if unknown := [number for number in person.guardians if number not in numbers or number == person.id_number]:
            pointer = f"/persons/{position}/guardians"
            detail = f"{len(unknown)} of the guardians are no other persons of the register"
            yield pack.finding("registers/population.yaml", pointer, "guardian-unknown", detail, "Correct the number.")
    for position, enterprise in enumerate(pack.enterprises):
        if numbers.get(enterprise.representative.id_number) != enterprise.representative.name:
            pointer = f"/enterprises/{position}/representative"
            detail = f"{enterprise.code}: the population register knows no such representative"
            cure = "Correct name and number, or add the person to registers/population.yaml."
            yield pack.finding("registers/enterprises.yaml", pointer, "representative-unknown", detail, cure)


def division_codes(pack: Pack) -> Iterable[Finding]:
    """Division codes are well formed and lie inside the division above them."""
    for at, district in enumerate(pack.divisions.districts):
        pointers = [(f"/districts/{at}/code", district.code, district.code)]
        for street_at, street in enumerate(district.streets):
            above = f"/districts/{at}/streets/{street_at}"
            pointers.append((f"{above}/code", street.code, district.code[:6]))
            pointers += [
                (f"{above}/communities/{number}/code", community.code, street.code[:9])
                for number, community in enumerate(street.communities)
            ]
        for pointer, code, within in pointers:
            if identifiers.check_area_code(code) is not None or not code.startswith(within):
                detail = f"{code} is no division code inside {within}"
                yield pack.finding("divisions.yaml", pointer, "division-code", detail, "Correct the code.")


def consult_and_complaint(pack: Pack) -> Iterable[Finding]:
    """Whoever complains is not sent to those complained about."""
    for position, department in enumerate(pack.departments.departments):
        if department.consult_phone == department.complaint_phone:
            pointer = f"/departments/{position}/complaint_phone"
            detail = f"{department.name.zh}: consult and complaint phone are the same"
            yield pack.finding("departments.yaml", pointer, "same-phone", detail, "Give another complaint phone.")


def messages_for_events(pack: Pack) -> Iterable[Finding]:
    """Whatever tells a resident something has words for it."""
    for path, lifecycle in pack.lifecycles.items():
        for position, command in enumerate(lifecycle.commands):
            if command.tells and command.event not in pack.messages.messages:
                detail = f"{command.event} tells people, but messages.yaml has no words for it"
                pointer = f"/commands/{position}/event"
                yield pack.finding(path, pointer, "message-missing", detail, f"Add {command.event} to messages.yaml.")


def certificate_views(pack: Pack) -> Iterable[Finding]:
    """A view shows fields that the certificate has, and never two of the same key."""
    for path, certificate in pack.certificates.items():
        keys = {field.name: field.key for field in certificate.fields}
        for position, view in enumerate(certificate.views):
            unknown = [name for name in view.fields if name not in keys]
            shown = [keys[name] for name in view.fields if name in keys]
            if unknown or len(shown) != len(set(shown)):
                detail = f"{view.key}: {', '.join(unknown) or 'two fields of one key'}"
                pointer = f"/views/{position}/fields"
                yield pack.finding(path, pointer, "certificate-view", detail, "Name fields of the certificate once.")


def regime_of_item(pack: Pack) -> Iterable[Finding]:
    """An item's type, its regime, its lifecycle's regime and its catalogue code say the same."""
    for path, base in pack.bases.items():
        regime = next(each for each in pack.regimes.values() if each.key == base.regime)
        lifecycle = next(each for each in pack.lifecycles.values() if each.key == (base.lifecycle or base.kind))
        said = {base.task_type, regime.task_type, base.catalog_code[2:4]}
        if base.origin == "import":
            said = {base.task_type, regime.task_type}
        if len(said) != 1 or base.regime not in lifecycle.regimes:
            detail = f"type {base.task_type}, regime {base.regime}, catalogue code {base.catalog_code} disagree"
            yield pack.finding(path, "/task_type", "regime", detail, "Make type, regime, lifecycle and code agree.")


_RIGHTS = {"know", "copy", "correct", "delete", "withdraw", "explain", "complain"}
_STAYING = {"cases", "audit", "consents"}
_NOTICE_ARTICLE = "个人信息保护法第十七条、第三十五条"


def privacy_is_told(pack: Pack) -> Iterable[Finding]:
    """Before data is handled people are told what stays, by which law, and every right that they have."""
    if pack.privacy is None:
        detail = "there is no privacy.yaml: people are not told how their data is handled"
        yield Finding(
            "privacy.yaml", 1, "privacy-missing", detail, "Add privacy.yaml with notice and purposes.", _NOTICE_ARTICLE
        )
        return
    notice = pack.privacy.notice
    if missing := sorted(_RIGHTS - {right.key for right in notice.rights}):
        detail, cure = f"the notice does not say how to use: {', '.join(missing)}", "Add each of these rights."
        yield pack.finding(
            "privacy.yaml",
            "/notice/rights",
            "privacy-rights",
            detail,
            cure,
            article="个人信息保护法第四十四条至第五十条",
        )
    if missing := sorted(_STAYING - {holding.key for holding in notice.holdings if holding.stays}):
        detail = f"the notice does not name what stays after erasure: {', '.join(missing)}"
        cure = "Add a holding of this key with stays: true and its legal basis."
        yield pack.finding(
            "privacy.yaml", "/notice/holdings", "privacy-kept", detail, cure, article="个人信息保护法第四十七条"
        )
    keys = [holding.key for holding in notice.holdings]
    if len(keys) != len(set(keys)):
        cure = "Give every holding a key of its own."
        yield pack.finding("privacy.yaml", "/notice/holdings", "privacy-kept", "two holdings of one key", cure)


def consent_purposes(pack: Pack) -> Iterable[Finding]:
    """A purpose is asked for once; a child's data by the guardian and separately, sensitive data separately."""
    purposes = pack.privacy.purposes if pack.privacy else []
    seen: set[str] = set()
    for position, purpose in enumerate(purposes):
        pointer, article = f"/purposes/{position}", "个人信息保护法第二十九条、第三十一条"
        if purpose.key in seen:
            cure = "Give every purpose a key of its own."
            yield pack.finding("privacy.yaml", pointer, "consent-twice", f"{purpose.key} is asked for twice", cure)
        seen.add(purpose.key)
        if purpose.key == "child-data" and purpose.who != "guardian":
            detail, cure = "a child's data needs the guardian's consent", "Set who: guardian."
            yield pack.finding("privacy.yaml", f"{pointer}/who", "consent-of-guardian", detail, cure, article=article)
        if purpose.key in ("child-data", "sensitive-data") and not purpose.separate:
            detail, cure = f"{purpose.key} needs a separate consent", "Set separate: true."
            yield pack.finding("privacy.yaml", f"{pointer}/separate", "consent-separate", detail, cure, article=article)


RULES: tuple[Callable[[Pack], Iterable[Finding]], ...] = (
    catch_all_material,
    material_without_basis,
    upload_where_share_suffices,
    promised_beyond_statutory,
    limit_not_countable,
    visits_without_reason,
    fee_without_basis,
    lifecycle_graph,
    acceptor_decides,
    form_outside_keywords,
    form_and_materials,
    office_deviates,
    check_characters,
    registers_agree,
    division_codes,
    consult_and_complaint,
    messages_for_events,
    certificate_views,
    regime_of_item,
    privacy_is_told,
    consent_purposes,
)
