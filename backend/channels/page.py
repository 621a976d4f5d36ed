"""The guides as plain HTML for counters, web sites and paper: no script, each with the hash it is named by. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from html import escape
from pathlib import Path
from typing import Literal

import msgspec

from backend.city import guide_words as words
from backend.city.city import City
from backend.city.guide import Guide, GuideMaterial
from backend.city.structures import Text

Language = Literal["zh", "en"]
STYLE = (Path(__file__).parent / "guides.css").read_text(encoding="utf-8")

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "brand": "掌上办",
        "list": "办事指南",
        "other": "English",
        "count": "项",
        "all": "全部办事指南",
        "facts": "先看这几样",
        "result": "您会拿到",
        "visits": "要跑几次",
        "promised": "多久办好",
        "statutory": "法定时限",
        "fee": "费用",
        "whom": "谁能办",
        "online": "网上能办到哪一步",
        "handling": "在哪里提交",
        "conditions": "条件",
        "materials": "要准备什么",
        "none": "不用准备材料。",
        "steps": "怎么办",
        "places": "到哪里办",
        "consult": "咨询",
        "complaint": "投诉",
        "questions": "大家常问",
        "law": "法律依据",
        "remedies": "不服怎么办",
        "code": "事项编码",
        "department": "办理部门",
        "version": "版本",
        "from": "起执行",
        "hash": "内容指纹（SHA-256）",
        "same": "手机、窗口和网站上的指南，指纹相同就是同一份。",
        "apply": "在手机上打开",
        "procedures": "不计入时限的环节",
        "notice": "公示天数",
    },
    "en": {
        "brand": "Zhangban",
        "list": "Guides to services",
        "other": "中文",
        "count": "services",
        "all": "All guides",
        "facts": "In short",
        "result": "You get",
        "visits": "Visits",
        "promised": "Time",
        "statutory": "Limit by law",
        "fee": "Fee",
        "whom": "Who can apply",
        "online": "How much is online",
        "handling": "Where to apply",
        "conditions": "Conditions",
        "materials": "What to prepare",
        "none": "No documents are needed.",
        "steps": "How it goes",
        "places": "Where to go",
        "consult": "Questions",
        "complaint": "Complaints",
        "questions": "Often asked",
        "law": "Legal basis",
        "remedies": "If you disagree",
        "code": "Item code",
        "department": "Department",
        "version": "Version",
        "from": "applies from",
        "hash": "Content hash (SHA-256)",
        "same": "A guide on the phone, at a counter or on a web site with the same hash is the same guide.",
        "apply": "Open in the app",
        "procedures": "Steps that do not count towards the limit",
        "notice": "Days of public notice",
    },
}


def _day(text: str, language: Language) -> str:
    day = date.fromisoformat(text)
    return f"{day.year}年{day.month}月{day.day}日" if language == "zh" else f"{day.day} {day:%B} {day.year}"


def _document(language: Language, title: str, path: str, content: str, foot: str, head: str = "") -> str:
    said = _WORDS[language]
    other: Language = "en" if language == "zh" else "zh"
    code = {"zh": "zh-CN", "en": "en"}
    return (
        f'<!doctype html>\n<html lang="{code[language]}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{title} · {said["brand"]}</title>{head}<link rel="stylesheet" href="/guides/style.css"></head>'
        f"<body><header><strong>{said['brand']}</strong>"
        f'<nav><a href="{path}?lang={other}" lang="{code[other]}" hreflang="{code[other]}">{said["other"]}</a></nav>'
        f"</header><main>{content}</main><footer>{foot}</footer></body></html>\n"
    )


def list_page(city: City, language: Language) -> str:
    """All guides in force by name, each with its hash."""
    said = _WORDS[language]

    def say(text: Text) -> str:
        return escape(text.en if language == "en" else text.zh)

    entries = "".join(
        f'<li data-guide-key="{item.key}" data-guide-hash="{item.guide.hash}">'
        f'<a href="/guides/{item.key}?lang={language}">{say(item.guide.name)}</a>'
        f'<p class="support">{say(item.guide.department.name)}</p></li>'
        for item in city.items.values()
    )
    title = f"{say(city.name)}{'' if language == 'zh' else ': '}{said['list']}"
    return _document(
        language,
        title,
        "/guides",
        f'<h1>{title}</h1><p class="support">{len(city.items)} {said["count"]}</p><ul class="items">{entries}</ul>',
        f"{said['version']} <code>{city.hash}</code>",
        f'<meta name="pack-hash" content="{city.hash}">',
    )


def guide_page(city: City, guide: Guide, language: Language, origin: str) -> str:
    """A whole guide, in plain words first and the law under it."""
    said = _WORDS[language]

    def say(text: Text) -> str:
        return escape(text.en if language == "en" else text.zh)

    def listed(texts: Iterable[Text], tag: str = "ul") -> str:
        return f'<{tag} class="plain">{"".join(f"<li>{say(text)}</li>" for text in texts)}</{tag}>'

    def section(name: str, content: str) -> str:
        return f"<section><h2>{said[name]}</h2>{content}</section>" if content else ""

    def facts(pairs: Iterable[tuple[str, str]]) -> str:
        return f"<dl>{''.join(f'<dt>{said[name]}</dt><dd>{value}</dd>' for name, value in pairs if value)}</dl>"

    def material(each: GuideMaterial) -> str:
        lines = "".join(f"<p>{say(line)}</p>" for line in words.material_words(each))
        return f"<li><h3>{say(each.name)}</h3>{lines}</li>"

    materials = "".join(material(each) for each in guide.materials)
    questions = "".join(f"<dt>{say(each.question)}</dt><dd>{say(each.answer)}</dd>" for each in guide.questions)
    law = [
        ("law", "<br>".join(say(words.basis_words(each)) for each in guide.legal_basis)),
        ("statutory", say(words.statutory_words(guide))),
        ("procedures", "<br>".join(say(each) for each in guide.special_procedures)),
        ("notice", str(guide.public_notice_days or "")),
        ("remedies", say(guide.remedies) if guide.remedies else ""),
        ("department", say(guide.department.name)),
        ("code", escape(guide.code)),
    ]
    content = (
        f'<article data-guide-key="{guide.key}" data-guide-hash="{guide.hash}"><h1>{say(guide.name)}</h1>'
        f"<p>{say(guide.summary)}</p>"
        + section(
            "facts",
            facts(
                [
                    ("result", say(words.result_words(guide))),
                    ("visits", say(words.visits_words(guide))),
                    ("promised", say(words.limit_words(guide.promised))),
                    ("fee", say(words.fee_words(guide))),
                    ("whom", say(words.whom_words(guide))),
                    ("online", say(words.online_words(guide))),
                    ("handling", say(words.handling_words(guide)) if guide.handle_types else ""),
                ]
            ),
        )
        + section("conditions", listed(guide.conditions) if guide.conditions else "")
        + section("materials", f'<ul class="plain">{materials}</ul>' if materials else f"<p>{said['none']}</p>")
        + section("steps", listed([step.name for step in guide.steps], "ol") if guide.steps else "")
        + section("places", listed(words.office_words(office) for office in guide.offices))
        + section("questions", f"<dl>{questions}</dl>" if questions else "")
        + section("law", facts(law))
        + f'<p class="no-print"><a href="/items/{guide.key}">{said["apply"]}</a> '
        f'<a href="/guides?lang={language}">{said["all"]}</a></p></article>'
    )
    day = _day(guide.effective, language)
    applies = f"{day}{said['from']}" if language == "zh" else f"{said['from']} {day}"
    foot = (
        f"<p>{say(city.name)} · {said['version']}: {applies}</p>"
        f"<p>{said['hash']}: <code>{guide.hash}</code></p><p>{said['same']}</p>"
    )
    head = (
        f'<meta name="guide-hash" content="{guide.hash}"><meta name="guide-key" content="{guide.key}">'
        f'<link rel="canonical" href="{escape(origin)}/guides/{guide.key}">'
        f'<script type="application/ld+json">{linked_data(city, guide, language, origin)}</script>'
    )
    return _document(language, say(guide.name), f"/guides/{guide.key}", content, foot, head)


def linked_data(city: City, guide: Guide, language: Language, origin: str) -> str:
    """The guide as a schema.org GovernmentService; a data block that no browser runs, and that cannot end itself."""

    def say(text: Text) -> str:
        return text.en if language == "en" else text.zh

    service = {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "name": say(guide.name),
        "description": say(guide.summary),
        "identifier": guide.code,
        "url": f"{origin}/guides/{guide.key}",
        "version": guide.hash,
        "serviceType": guide.task_type,
        "provider": {
            "@type": "GovernmentOrganization",
            "name": say(guide.department.name),
            "identifier": guide.department.code,
            "telephone": guide.consult_phone,
        },
        "areaServed": {"@type": "AdministrativeArea", "name": say(city.name), "identifier": city.code},
        "audience": {"@type": "Audience", "audienceType": say(words.whom_words(guide))},
        "availableChannel": {
            "@type": "ServiceChannel",
            "serviceUrl": f"{origin}/items/{guide.key}",
            "servicePhone": {"@type": "ContactPoint", "telephone": guide.consult_phone},
        },
        "isAccessibleForFree": not guide.fee.charged,
    }
    return msgspec.json.encode(service).decode().replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
