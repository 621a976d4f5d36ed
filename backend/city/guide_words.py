"""The facts of a guide in plain words, in both languages: the same for the change log and the printed guide. Pure."""

from __future__ import annotations

from backend.city.guide import Guide, GuideBasis, GuideLocation, GuideMaterial, GuideOffice
from backend.city.structures import Hours, Limit, Text

_UNITS = {
    "workday": ("个工作日", "working day"),
    "day": ("天", "day"),
    "month": ("个月", "month"),
    "year": ("年", "year"),
}
_OBJECTS = {
    "1": Text("个人", "people"),
    "2": Text("企业", "companies"),
    "3": Text("事业单位", "public institutions"),
    "4": Text("社会组织", "social organisations"),
    "5": Text("非法人企业", "unincorporated businesses"),
    "6": Text("行政机关", "public authorities"),
    "9": Text("其他组织", "other organisations"),
}
_DEPTHS = {
    1: Text("只能看指南，到窗口办", "Information only; you apply at the counter"),
    2: Text("网上可预约或下载表格，到窗口办", "Book or download forms online; you apply at the counter"),
    3: Text("网上提交，要到现场", "Apply online, with a visit"),
    4: Text("全程网办", "All of it online"),
}
_HANDLING = {
    "1": Text("窗口", "counter"),
    "2": Text("电脑", "computer"),
    "3": Text("手机", "phone"),
    "4": Text("邮寄", "post"),
    "9": Text("其他", "other"),
}
_WEEKDAYS = ("一", "二", "三", "四", "五", "六", "日")
_WEEKDAYS_ENGLISH = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_HANDOVERS = {
    "share": Text("不用交，部门之间核对", "Nothing to send: checked between offices"),
    "upload": Text("网上传照片，或带到窗口", "Send a picture online, or bring it to the counter"),
    "form": Text("填表就行，不用另外准备", "Filled in as part of the form"),
    "commitment": Text("签一份承诺，不用交证明", "A signed statement stands in for the proof"),
    "show": Text("到窗口时出示，看过还您", "Shown at the counter and given back"),
    "surrender": Text("到窗口时收走原件", "The original is handed in at the counter"),
    "onsite": Text("到现场采集", "Taken at the counter"),
}
_NECESSITIES = {
    "required": Text("必须", "required"),
    "optional": Text("有这种情况才要", "only in the case named"),
    "tolerant": Text("可以先受理，之后补交", "may follow after the application is accepted"),
}
_FORMS = {
    "paper": Text("纸质", "on paper"),
    "electronic": Text("电子", "electronic"),
    "both": Text("纸质或电子", "on paper or electronic"),
}


def joined(parts: list[Text]) -> Text:
    """Several things as one list in words."""
    return Text("、".join(part.zh for part in parts), ", ".join(part.en for part in parts))


def limit_words(limit: Limit) -> Text:
    """“10 个工作日”; a promise of none at all is done on the spot."""
    if limit.value == 0:
        return Text("当场办结", "on the spot")
    chinese, english = _UNITS[limit.unit]
    return Text(f"{limit.value} {chinese}", f"{limit.value} {english}{'' if limit.value == 1 else 's'}")


def statutory_words(guide: Guide) -> Text:
    """The limit by law with its article and by how much it may be extended, or that there is none."""
    found = guide.statutory
    if found is None:
        return guide.no_statutory or Text("法律没有规定", "None set by law")
    limit = limit_words(Limit(found.value, found.unit))
    more = limit_words(Limit(found.extension, found.unit)) if found.extension else None
    return Text(
        f"{limit.zh}（{found.source.zh}）" + (f"，可延长 {more.zh}" if more else ""),
        f"{limit.en} ({found.source.en})" + (f", may be extended by {more.en}" if more else ""),
    )


def fee_words(guide: Guide) -> Text:
    """Whether money is charged, how much is known of it, and by which text."""
    fee = guide.fee
    if not fee.charged:
        return _noted(Text("不收费", "Free"), fee.note)
    said = _noted(Text("收费", "Charged"), fee.note)
    return said if fee.basis is None else Text(f"{said.zh}（{fee.basis.zh}）", f"{said.en} ({fee.basis.en})")


def visits_words(guide: Guide) -> Text:
    """How often one has to come, and why."""
    count = guide.visits
    if count == 0:
        said = Text("不用跑", "No visit")
    else:
        said = Text(f"跑 {count} 次", "One visit" if count == 1 else f"{count} visits")
    return _noted(said, guide.visits_reason or guide.visits_note)


def _noted(text: Text, note: Text | None) -> Text:
    return text if note is None else Text(f"{text.zh}。{note.zh}", f"{text.en}. {note.en}")


def result_words(guide: Guide) -> Text:
    """What one gets."""
    return _noted(guide.result.name, guide.result.note)


def whom_words(guide: Guide) -> Text:
    """Whom the item serves."""
    said = joined([_OBJECTS[each] for each in guide.service_objects])
    return (
        said if guide.audience is None else Text(f"{said.zh}：{guide.audience.zh}", f"{said.en}: {guide.audience.en}")
    )


def online_words(guide: Guide) -> Text:
    """How far it can be done online."""
    return _DEPTHS[guide.depth]


def handling_words(guide: Guide) -> Text:
    """Where it can be handed in."""
    return joined([_HANDLING[each] for each in guide.handle_types])


def basis_words(law: GuideBasis) -> Text:
    """A law with its articles."""
    return Text(f"{law.title.zh}{law.article.zh}", f"{law.title.en}, {law.article.en}")


def material_words(material: GuideMaterial) -> list[Text]:
    """Everything about a material but its name, a fact a line."""
    lines = [material.hint, _HANDOVERS[material.handover], _NECESSITIES[material.necessity]]
    if material.condition is not None:
        lines.append(material.condition)
    if material.choices:
        choices = joined([choice.name for choice in material.choices])
        lines.append(Text(f"交一样就够：{choices.zh}", f"One is enough: {choices.en}"))
    if material.share_source is not None:
        lines.append(Text(f"来自{material.share_source.zh}", f"From {material.share_source.en}"))
    if material.originals or material.copies:
        lines.append(
            Text(
                f"原件 {material.originals} 份，复印件 {material.copies} 份",
                f"{material.originals} original, {material.copies} copies",
            )
        )
    if material.handover in ("upload", "show", "surrender"):
        lines.append(_FORMS[material.form])
    if material.issuer is not None:
        lines.append(Text(f"由{material.issuer.zh}出具", f"Issued by {material.issuer.en}"))
    if material.basis is not None and not material.basis.inherited:
        laws = joined([basis_words(law) for law in material.basis.laws])
        lines.append(Text(f"依据：{laws.zh}", f"Basis: {laws.en}"))
    return lines


def hours_words(hours: Hours) -> Text:
    """“周一、周二 09:00–12:00”; a run of days is said as one."""
    days = sorted(hours.days)
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        chinese = f"周{_WEEKDAYS[days[0] - 1]}至周{_WEEKDAYS[days[-1] - 1]}"
        english = f"{_WEEKDAYS_ENGLISH[days[0] - 1]} to {_WEEKDAYS_ENGLISH[days[-1] - 1]}"
    else:
        chinese = "、".join(f"周{_WEEKDAYS[day - 1]}" for day in days)
        english = ", ".join(_WEEKDAYS_ENGLISH[day - 1] for day in days)
    times = f"{hours.from_}–{hours.until}"
    return Text(f"{chinese} {times}", f"{english} {times}")


def place_words(place: GuideLocation) -> Text:
    """A place with its address, hours and phone."""
    hours = [hours_words(each) for each in place.hours]
    return Text(
        "，".join([f"{place.name.zh}（{place.address.zh}）", *(each.zh for each in hours), place.phone]),
        ", ".join([f"{place.name.en} ({place.address.en})", *(each.en for each in hours), place.phone]),
    )


def office_words(office: GuideOffice) -> Text:
    """An office with how to reach it, its own promise and its places."""
    chinese = [office.department.name.zh, f"咨询 {office.consult_phone}", f"投诉 {office.complaint_phone}"]
    english = [office.department.name.en, f"questions {office.consult_phone}", f"complaints {office.complaint_phone}"]
    if office.promised is not None:
        limit = limit_words(office.promised)
        chinese.append(f"承诺 {limit.zh}")
        english.append(f"promised {limit.en}")
    places = [place_words(place) for place in office.locations]
    return Text(
        "，".join([*chinese, *(place.zh for place in places)]), ", ".join([*english, *(place.en for place in places)])
    )
