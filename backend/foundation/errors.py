"""Errors that a person meets: each a typed problem (RFC 9457) that says what is wrong and what to do next."""

from __future__ import annotations

from typing import Any, ClassVar


class Problem(Exception):
    """The root of the rooms' errors. `code` is stable and names the type; `title` and `detail` are for people.

    Extension members (limit, actual, errors, current …) are added to the reply as they are; they never hold personal
    data of anyone but the caller.
    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad-request"
    title: ClassVar[str] = "请求有误"
    rule: ClassVar[str | None] = None

    def __init__(self, detail: str, *, headers: dict[str, str] | None = None, **members: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.headers = headers or {}
        self.members = members

    @property
    def type(self) -> str:
        """The problem type as a URI; its last segment is the code that clients compare."""
        return f"urn:zhangban:problem:{self.code}"


class NotFound(Problem):
    """Nothing of that name is visible to the caller; also said of other people's things, so that nobody can probe."""

    status = 404
    code = "not-found"
    title = "没有找到"


class SignInRequired(Problem):
    """The request needs a session and has none, or one that has ended."""

    status = 401
    code = "sign-in-required"
    title = "请先登录"


class Forbidden(Problem):
    """The caller is known and may not do this."""

    status = 403
    code = "forbidden"
    title = "没有权限"


class Stale(Problem):
    """The thing changed since the caller read it; `current` shows it as it is now."""

    status = 409
    code = "stale"
    title = "内容已更新"


class KeyReused(Problem):
    """The idempotency key was used before with another body."""

    status = 422
    code = "idempotency-key-reused"
    title = "重复的提交编号"
