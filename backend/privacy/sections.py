"""The lists that every room with personal data joins: what an export tells, what ends with an account, what is erased.

A room adds the functions of its `personal.py` here. A table with personal data that is in none of them is a mistake.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import msgspec

from backend.bundles import personal as filings
from backend.cases import personal as cases
from backend.certificates import personal as certificates
from backend.city.structures import Text
from backend.drafts import personal as drafts
from backend.files import personal as files
from backend.foundation.database import Statement
from backend.foundation.personal_data import Chapter, Holder
from backend.house import House
from backend.identity import personal as identity
from backend.identity.actor import Actor
from backend.identity.passkeys import personal as passkeys
from backend.identity.unified import personal as unified
from backend.links import personal as links
from backend.notify import personal as notify
from backend.parties import personal as mandates
from backend.parties import service as parties
from backend.privacy import consents, reads
from backend.projects import personal as projects
from backend.signatures import personal as signatures
from backend.staff import personal as staff

Section = Callable[[House, Actor], Awaitable[Chapter]]
"""Tells everything of one kind that is the actor's own, and nothing of anybody else."""

SECTIONS: Sequence[Section] = (
    identity.account_chapter,
    identity.sessions_chapter,
    passkeys.passkeys_chapter,
    unified.unified_chapter,
    mandates.mandates_chapter,
    cases.cases_chapter,
    filings.filings_chapter,
    projects.projects_chapter,
    signatures.documents_chapter,
    certificates.certificates_chapter,
    certificates.devices_chapter,
    drafts.drafts_chapter,
    files.files_chapter,
    notify.inbox_chapter,
    notify.push_chapter,
    links.links_chapter,
    consents.consents_chapter,
    reads.reads_chapter,
)


Closer = Callable[[House, Actor, int], Awaitable[list[Statement]]]
"""What ends in the very batch that closes an account, at an instant in milliseconds; its key still opens everything."""

CLOSERS: Sequence[Closer] = (
    identity.close,
    passkeys.close,
    parties.close,
    unified.close,
    notify.close,
    links.close,
)


class Eraser(msgspec.Struct, frozen=True):
    """What goes, in words, and what takes it away: idempotent, safe to be killed in and to run again.

    It opens nothing that is sealed: on a later try the key may be gone already.
    """

    key: str
    name: Text
    erase: Callable[[House, Holder], Awaitable[None]]


ERASERS: Sequence[Eraser] = (
    Eraser("account", Text("手机号、姓名、身份证号码和登录", "Phone, name, ID number and sessions"), identity.erase),
    Eraser("passkeys", Text("通行密钥", "Passkeys"), passkeys.erase),
    Eraser("unified", Text("与统一身份认证的关联", "Links to unified identity"), unified.erase),
    Eraser("staff", Text("从前的工作密码", "Former passwords of staff"), staff.erase),
    Eraser("drafts", Text("草稿和它们的历史", "Drafts and their history"), drafts.erase),
    Eraser("filings", Text("一件事里还没有提交的部分", "Parts of a bundle that are not filed yet"), filings.erase),
    Eraser("files", Text("没有交给办件的文件", "Files that no case holds"), files.erase),
    Eraser("inbox", Text("消息和通知订阅", "Messages and push subscriptions"), notify.erase),
    Eraser("links", Text("您分享的进度链接", "Status links that you shared"), links.erase),
    Eraser(
        "devices",
        Text("设备登记和手机里的电子证照", "Devices and the certificates minted for them"),
        certificates.erase,
    ),
    Eraser("consents", Text("您给的同意（全部撤回）", "Your consents (all withdrawn)"), consents.erase),
)
_FOR_STAFF = {"staff"}


def told_erased() -> list[Eraser]:
    """What a resident is told: without what only former staff have."""
    return [eraser for eraser in ERASERS if eraser.key not in _FOR_STAFF]
