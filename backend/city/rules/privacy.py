"""Rules on what people are told about their data, and on their consent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from backend.city.rules.rule import Article, At, rule
from backend.city.rules.view import PackView
from backend.city.structures import ConsentPurpose

_FILE = "privacy.yaml"
_RIGHTS = {"know", "copy", "correct", "delete", "withdraw", "explain", "complain"}
_STAYING = {"cases", "audit", "consents"}
_SEPARATE = {"child-data", "sensitive-data"}


@rule(
    "privacy-rights",
    refuses="A notice that does not say how to use each of the seven rights.",
    cure="Add the rights named.",
    article=Article("个人信息保护法第四十四条至第五十条", "H"),
)
def privacy_rights(pack: PackView) -> Iterable[At]:
    """People are told every right that they have."""
    rights = pack.privacy.notice.rights if pack.privacy else []
    if pack.privacy and (missing := sorted(_RIGHTS - {right.key for right in rights})):
        yield At(_FILE, "/notice/rights", f"the notice does not say how to use: {', '.join(missing)}")


@rule(
    "privacy-kept",
    refuses="A notice that does not name what stays after an account is erased: cases, audit, consents.",
    cure="Add a holding of this key with stays: yes and its legal basis.",
    article=Article("个人信息保护法第四十七条", "H"),
)
def privacy_kept(pack: PackView) -> Iterable[At]:
    """People are told what stays, and by which law."""
    holdings = pack.privacy.notice.holdings if pack.privacy else []
    if pack.privacy and (missing := sorted(_STAYING - {holding.key for holding in holdings if holding.stays})):
        yield At(_FILE, "/notice/holdings", f"the notice does not name what stays after erasure: {', '.join(missing)}")


@rule("holding-twice", refuses="Two holdings of one key in the notice.", cure="Give every holding a key of its own.")
def holding_twice(pack: PackView) -> Iterable[At]:
    """Each holding is named once."""
    keys = [holding.key for holding in pack.privacy.notice.holdings] if pack.privacy else []
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        yield At(_FILE, "/notice/holdings", f"two holdings are called {', '.join(twice)}")


def _purposes(pack: PackView) -> Iterator[tuple[str, ConsentPurpose]]:
    for position, purpose in enumerate(pack.privacy.purposes if pack.privacy else []):
        yield f"/purposes/{position}", purpose


@rule(
    "consent-twice",
    refuses="A purpose for which consent is asked twice.",
    cure="Give every purpose a key of its own.",
)
def consent_twice(pack: PackView) -> Iterable[At]:
    """A purpose is asked for once."""
    seen: set[str] = set()
    for pointer, purpose in _purposes(pack):
        if purpose.key in seen:
            yield At(_FILE, pointer, f"{purpose.key} is asked for twice")
        seen.add(purpose.key)


@rule(
    "consent-of-guardian",
    refuses="Consent to a child's data that not the guardian gives.",
    cure="Set who: guardian.",
    article=Article("个人信息保护法第三十一条", "H"),
)
def consent_of_guardian(pack: PackView) -> Iterable[At]:
    """For a child its guardian consents."""
    for pointer, purpose in _purposes(pack):
        if purpose.key == "child-data" and purpose.who != "guardian":
            yield At(_FILE, f"{pointer}/who", "a child's data needs the guardian's consent")


@rule(
    "consent-separate",
    refuses="Consent to sensitive data or a child's data that is not asked for separately.",
    cure="Set separate: yes.",
    article=Article("个人信息保护法第二十九条、第三十一条", "H"),
)
def consent_separate(pack: PackView) -> Iterable[At]:
    """Sensitive data need a consent of their own."""
    for pointer, purpose in _purposes(pack):
        if purpose.key in _SEPARATE and not purpose.separate:
            yield At(_FILE, f"{pointer}/separate", f"{purpose.key} needs a separate consent")
