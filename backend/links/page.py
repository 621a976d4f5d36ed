"""The page for browsers without JavaScript: a form that takes a link or token, and the progress it leads to. Pure."""

from __future__ import annotations

from datetime import date, datetime
from html import escape
from pathlib import Path
from typing import Literal

from backend.city.structures import Text
from backend.foundation.time_source import SHANGHAI
from backend.links.schemas import StatusView

Language = Literal["zh", "en"]

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "title": "查看办件进度",
        "brand": "掌上办",
        "label": "进度链接或链接末尾的代码",
        "hint": "粘贴收到的整个链接，或链接中 # 后面的 22 个字符。",
        "open": "查看进度",
        "again": "查看另一个",
        "applicant": "申请人",
        "item": "事项",
        "code": "查询码末四位",
        "department": "办理部门",
        "due": "最晚办结",
        "estimate": "（预计）",
        "stages": "进度",
        "done": "已完成",
        "current": "办理中",
        "ahead": "未开始",
        "until": "这个链接有效至",
        "redacted": "这里不显示姓名全称、证件号码、住址和材料。",
        "other": "English",
    },
    "en": {
        "title": "See the progress of an application",
        "brand": "Zhangban",
        "label": "Status link, or the code at its end",
        "hint": "Paste the whole link you were sent, or the 22 characters after its # sign.",
        "open": "Show progress",
        "again": "Show another one",
        "applicant": "Applicant",
        "item": "Service",
        "code": "Last four of the query code",
        "department": "Department",
        "due": "Done by",
        "estimate": " (estimate)",
        "stages": "Progress",
        "done": "Done",
        "current": "Under way",
        "ahead": "Not begun",
        "until": "This link works until",
        "redacted": "Full name, ID number, address and documents are not shown here.",
        "other": "中文",
    },
}

STYLE = (Path(__file__).parent / "status.css").read_text(encoding="utf-8")


def _say(text: Text, language: Language) -> str:
    return escape(text.en if language == "en" else text.zh)


def _day(day: date, language: Language) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if language == "zh" else f"{day.day} {day:%B} {day.year}"


def _instant_day(instant: str, language: Language) -> str:
    return _day(datetime.fromisoformat(instant).astimezone(SHANGHAI).date(), language)


def _document(language: Language, title: str, content: str) -> str:
    words = _WORDS[language]
    other = "en" if language == "zh" else "zh"
    return (
        f'<!doctype html>\n<html lang="{"zh-CN" if language == "zh" else "en"}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f'<title>{title} · {words["brand"]}</title><link rel="stylesheet" href="/status/style.css"></head>'
        f"<body><header><strong>{words['brand']}</strong>"
        f'<a href="/status?lang={other}" lang="{"en" if other == "en" else "zh-CN"}">{words["other"]}</a></header>'
        f"<main>{content}</main></body></html>\n"
    )


def form_page(language: Language, error: str | None = None) -> str:
    """The form, with what was wrong with the last try above it."""
    words = _WORDS[language]
    told = f'<p class="error" role="alert">{escape(error)}</p>' if error else ""
    described = 'aria-invalid="true" ' if error else ""
    return _document(
        language,
        words["title"],
        f'<h1>{words["title"]}</h1>{told}<form method="post" action="/status">'
        f'<input type="hidden" name="lang" value="{language}">'
        f'<label for="token">{words["label"]}</label><p class="hint" id="hint">{words["hint"]}</p>'
        f'<input id="token" name="token" required maxlength="200" autocomplete="off" autocapitalize="off"'
        f' spellcheck="false" {described}aria-describedby="hint"><button type="submit">{words["open"]}</button></form>',
    )


def status_page(language: Language, view: StatusView) -> str:
    """The progress of a case, redacted as in the app."""
    words = _WORDS[language]
    due = ""
    if view.due is not None:
        estimate = words["estimate"] if view.basis == "estimate" else ""
        due = f"<dt>{words['due']}</dt><dd>{_day(view.due, language)}{estimate}</dd>"
    stages = "".join(
        f"<li>{_say(stage.name, language)}: {words[stage.status]}"
        f"{' · ' + _instant_day(stage.at, language) if stage.at else ''}</li>"
        for stage in view.stages
    )
    sentence = _say(view.stage_sentence, language)
    return _document(
        language,
        sentence,
        f"<h1>{sentence}</h1><dl>"
        f"<dt>{words['item']}</dt><dd>{_say(view.item, language)}</dd>"
        f"<dt>{words['applicant']}</dt><dd>{escape(view.applicant_masked)}</dd>"
        f"<dt>{words['code']}</dt><dd>{escape(view.query_code_tail)}</dd>{due}"
        f"<dt>{words['department']}</dt><dd>{_say(view.department, language)}</dd></dl>"
        f"<h2>{words['stages']}</h2><ol>{stages}</ol>"
        f'<p class="support">{words["redacted"]}</p>'
        f'<p class="support">{words["until"]} {_instant_day(view.expires_at, language)}</p>'
        f'<a href="/status?lang={language}">{words["again"]}</a>',
    )
