"""Rules on the documents that a procedure makes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from backend.city.rules.rule import Article, At, rule
from backend.city.rules.view import PackView
from backend.city.structures import DocumentTemplate

_FILE = "documents.yaml"
_PLACEHOLDER = re.compile(r"\{([^{}]{0,40})\}")
FILLED_IN = frozenset(
    {
        "applicant", "item", "result", "number", "query_code", "date", "department", "body", "ground", "procedure",
        "until", "days", "due", "decide_by", "representative", "approver", "old_until",
    }
)  # fmt: skip
"""What stands for a value of the case in the words of a document."""


@rule(
    "document-without-template",
    refuses="A command that makes a document for which documents.yaml has no words.",
    cure="Add the event to documents.yaml, or set document: null.",
    article=Article("行政许可法第三十二条第二款", "H"),
)
def document_without_template(pack: PackView) -> Iterable[At]:
    """Every document that a lifecycle names can be written."""
    known = pack.document_templates.documents
    for path, lifecycle in pack.lifecycles.items():
        for position, command in enumerate(lifecycle.commands):
            if command.document is not None and command.event not in known:
                detail = f"{command.event} makes “{command.document.zh}”, but documents.yaml has no words for it"
                yield At(path, f"/commands/{position}/document", detail)


@rule(
    "document-placeholder",
    refuses="A document with a placeholder that nothing fills in.",
    cure=f"Use {', '.join('{' + name + '}' for name in sorted(FILLED_IN))}.",
)
def document_placeholder(pack: PackView) -> Iterable[At]:
    """Documents say only what is known of a case, and the same in both languages."""
    for event, template in pack.document_templates.documents.items():
        for pointer, zh, en in _sentences(event, template):
            named = set(_PLACEHOLDER.findall(zh)) | set(_PLACEHOLDER.findall(en))
            if unknown := sorted(named - FILLED_IN):
                yield At(_FILE, pointer, f"nothing fills in {', '.join(unknown)}")


@rule(
    "document-basis",
    refuses="A document that cites a rule, limit or article that no regime has.",
    cure="Name a key of articles, rules or limits of a regime.",
)
def document_basis(pack: PackView) -> Iterable[At]:
    """What a document cites stands in a regime."""
    known = {key for regime in pack.regimes.values() for key in (*regime.articles, *regime.rules, *regime.limits)}
    for event, template in pack.document_templates.documents.items():
        for position, key in enumerate(template.basis):
            if key not in known:
                yield At(_FILE, f"/documents/{event}/basis/{position}", f"no regime has {key}")


@rule(
    "document-without-remedies",
    refuses="A decision against the applicant whose document does not say the reason and where to turn.",
    cure="Set reason and remedies: yes.",
    article=Article("行政许可法第三十八条第二款", "H"),
)
def document_without_remedies(pack: PackView) -> Iterable[At]:
    """Whoever is refused reads why, and what can be done about it."""
    against = {"decline", "refuse"}
    for lifecycle in pack.lifecycles.values():
        for command in lifecycle.commands:
            template = pack.document_templates.documents.get(command.event)
            if command.key in against and template and (template.reason is None or not template.remedies):
                yield At(_FILE, f"/documents/{command.event}", f"{command.event} decides against the applicant")
                against.discard(command.key)


def _sentences(event: str, template: DocumentTemplate) -> Iterator[tuple[str, str, str]]:
    for member, texts in (("paragraphs", template.paragraphs), ("ending", template.ending)):
        for position, text in enumerate(texts):
            yield f"/documents/{event}/{member}/{position}", text.zh, text.en
    if template.reason:
        yield f"/documents/{event}/reason", template.reason.zh, template.reason.en
