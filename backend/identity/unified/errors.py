"""Why an answer of an identity provider was not believed: one exception, whose reason is one of a closed list."""

from __future__ import annotations

from typing import Literal

from backend.foundation.errors import Problem

Reason = Literal[
    # The provider as a machine.
    "provider-unreachable",
    "provider-too-slow",
    "provider-redirects",
    "provider-unfit",
    "reply-too-large",
    "reply-malformed",
    # What came back with the browser.
    "state-unknown",
    "state-used",
    "state-expired",
    "other-browser",
    "login-refused",
    # The exchange of the code.
    "code-refused",
    "client-refused",
    # A token.
    "token-malformed",
    "wrong-type",
    "wrong-algorithm",
    "unknown-critical",
    "unknown-key",
    "bad-signature",
    "wrong-issuer",
    "wrong-audience",
    "wrong-party",
    "wrong-nonce",
    "wrong-subject",
    "wrong-access-token-hash",
    "expired",
    "from-the-future",
    "issued-long-ago",
    # A logout token.
    "not-a-logout",
    "token-used",
]

PROVIDER_AWAY: frozenset[Reason] = frozenset({"provider-unreachable", "provider-too-slow"})
"""The reasons for which trying again later is the advice: nothing was said that could be wrong."""


class Refusal(Exception):
    """An answer that is not believed. `reason` is for programs; it never quotes what the provider or browser sent."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


class UnifiedNotOffered(Problem):
    """The installation has no provider of unified identity."""

    status = 404
    code = "unified-not-offered"
    title = "没有开通统一身份认证"


class UnifiedRefused(Problem):
    """What came back from the provider or its page is not believed; `reason` says why. Nothing changed."""

    status = 401
    code = "unified-refused"
    title = "统一身份认证未成功"


class UnifiedAway(Problem):
    """The provider does not answer; `reason` says how. Nothing changed, and it may be tried again."""

    status = 503
    code = "unified-away"
    title = "统一身份认证暂时无法使用"


class UnifiedAccountNeeded(Problem):
    """Who signed in at the provider has no account here yet, and none may be made from what the provider told."""

    status = 409
    code = "unified-account-needed"
    title = "请先用手机号登录"


class UnifiedLinkedElsewhere(Problem):
    """Who signed in at the provider is linked to another account, or the link was asked for by another account."""

    status = 409
    code = "unified-linked-elsewhere"
    title = "已关联其他账号"


class LogoutRefused(Problem):
    """A logout that the provider delivered is not believed; `reason` says why."""

    status = 400
    code = "unified-logout-refused"
    title = "退出通知无效"


def problem_of(refusal: Refusal) -> Problem:
    """What a person is told of a refusal."""
    if refusal.reason in PROVIDER_AWAY:
        return UnifiedAway("统一身份认证暂时没有响应。请稍后再试，或用手机号登录。", reason=refusal.reason)
    return UnifiedRefused(_WORDS.get(refusal.reason, _PROVIDER_WRONG), reason=refusal.reason)


_PROVIDER_WRONG = "统一身份认证的答复无法确认，没有登录。请重新登录，或用手机号登录。"
_WORDS: dict[Reason, str] = {
    "login-refused": "您没有在统一身份认证完成登录。请重新登录，或用手机号登录。",
    "state-unknown": "没有找到这次登录。请重新登录。",
    "state-used": "这次登录已经用过了。请重新登录。",
    "state-expired": "这次登录已超过 10 分钟。请重新登录。",
    "other-browser": "这次登录不是在这个浏览器里开始的。请在这里重新登录。",
}
