"""Every error as application/problem+json (RFC 9457): the rooms' problems, Litestar's own and the unexpected."""

from __future__ import annotations

import contextlib
import re
import traceback
from typing import Any, ClassVar, Literal

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import (
    HTTPException,
    InternalServerException,
    NotAuthorizedException,
    SerializationException,
    ValidationException,
)

from backend.foundation.database import DatabaseUnavailable, UnexpectedRowCount, UniqueViolation
from backend.foundation.encryption import Erased
from backend.foundation.errors import Forbidden, NotFound, Problem, SignInRequired
from backend.foundation.identifiers import new_id
from backend.foundation.masking import mask_fault
from backend.foundation.problem_words import ENGLISH

PROBLEM_MEDIA_TYPE = "application/problem+json"
_log = structlog.get_logger("errors")


class InvalidRequest(Problem):
    """A parameter or a field of the body is outside its bounds; `errors` lists each with pointer, limit and source."""

    status = 400
    code = "invalid-request"
    title = "填写的内容有误"


class MalformedBody(Problem):
    """The body is not JSON."""

    status = 400
    code = "malformed-body"
    title = "请求无法读取"


class BodyTooLarge(Problem):
    """The body is larger than the route takes; it was not read to its end and nothing was stored."""

    status = 413
    code = "body-too-large"
    title = "内容太大"


class CrossOrigin(Problem):
    """Another site's page caused a state-changing request."""

    status = 403
    code = "cross-origin"
    title = "请求被拒绝"


class RateLimited(Problem):
    """More requests than the limit; `Retry-After` says when one will be admitted."""

    status = 429
    code = "rate-limited"
    title = "操作太频繁"


class MethodNotAllowed(Problem):
    """The address exists and does not take this method; `Allow` lists those it does."""

    status = 405
    code = "method-not-allowed"
    title = "此处不支持这种操作"


class UnsupportedMediaType(Problem):
    """The body has a media type the route does not read."""

    status = 415
    code = "unsupported-media-type"
    title = "格式不支持"


class Conflict(Problem):
    """Two requests changed the same thing at once and this one lost; nothing of it was stored."""

    status = 409
    code = "conflict"
    title = "内容刚刚被更新"


class Gone(Problem):
    """The person's key was shredded; what was sealed under it is gone for everyone."""

    status = 410
    code = "erased"
    title = "信息已被删除"


class Unavailable(Problem):
    """The database does not answer; the same request may be sent again."""

    status = 503
    code = "unavailable"
    title = "服务暂时繁忙"


class Unexpected(Problem):
    """A fault of ours, told by its incident number only."""

    status = 500
    code = "unexpected"
    title = "出了点问题"


class ProblemBody(msgspec.Struct, omit_defaults=False):
    """The wire form of a problem; further members depend on the type."""

    __openapi_name__: ClassVar[str] = "Problem"

    type: str
    title: str
    status: int
    detail: str
    rule: str | None = None


# Litestar's words for a body whose sender went away or sent no valid chunk: no fault of ours.
_CUT_OFF = "client disconnected prematurely"
_METHODS: tuple[Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"], ...] = (
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
)
_BY_STATUS: dict[int, tuple[type[Problem], str]] = {
    401: (SignInRequired, "请先登录。您填的内容都还在。"),
    403: (Forbidden, "您的账号不能进行这项操作。"),
    404: (NotFound, "没有找到您要的内容，或您无权查看。"),
    405: (MethodNotAllowed, "这个地址不支持这种请求。"),
    409: (Conflict, "内容刚刚被更新。请刷新后再试。"),
    413: (BodyTooLarge, "提交的内容超过了允许的大小，没有保存。"),
    415: (UnsupportedMediaType, "请以 application/json 格式提交。"),
    429: (RateLimited, "操作太频繁。请稍候再试。"),
}

_UNKNOWN_MEMBER = re.compile(r"Object contains unknown field (?!`[a-z_]{1,40}`(?: |$)).*", re.DOTALL)
_BOUND = re.compile(r"(?P<relation><=|>=|<|>|length|multiple)\D*?(?P<limit>-?\d+(?:\.\d+)?)")


def as_problem(error: Exception) -> Problem:
    """The problem that tells a person about `error`; logs it when it is a fault of ours."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, ValidationException):
        return InvalidRequest("填写的内容有误。请检查标出的内容后重试。", errors=_field_errors(error))
    if isinstance(error, SerializationException) or _is_endless_nesting(error):
        return MalformedBody("提交的内容不是有效的 JSON。请刷新页面后重试。")
    if isinstance(error, InternalServerException) and error.detail == _CUT_OFF:
        return MalformedBody("请求没有传完。请检查网络后重试。")
    if isinstance(error, NotAuthorizedException):
        return SignInRequired(_BY_STATUS[401][1])
    if isinstance(error, HTTPException) and error.status_code < 500:
        return _from_http(error)
    if isinstance(error, DatabaseUnavailable):
        _log.error("database-unavailable", error=str(error))
        return Unavailable("服务暂时繁忙。请几秒后再试，已填的内容都还在。", headers={"Retry-After": "2"})
    if isinstance(error, UniqueViolation | UnexpectedRowCount):
        _log.warning("unhandled-conflict", error=str(error))
        return Conflict(_BY_STATUS[409][1])
    if isinstance(error, Erased):
        return Gone("这些信息已按要求删除，无法再查看。")
    incident = new_id()
    _log.error(
        "unexpected",
        incident=incident,
        error=type(error).__name__,
        message=mask_fault(str(error)[:500]),
        frames=[f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)[-12:]],
    )
    return Unexpected("这不是您的问题。请稍后再试；如需帮助，请向 12345 报出事件编号。", incident=incident)


def _is_endless_nesting(error: Exception) -> bool:
    """Whether a body of brackets within brackets exhausted the decoder, which says so by RecursionError."""
    frames = traceback.extract_tb(error.__traceback__)
    return isinstance(error, RecursionError) and bool(frames) and frames[-1].name == "decode_json"


def _from_http(error: HTTPException) -> Problem:
    headers = dict(error.headers or {})
    if error.status_code in _BY_STATUS:
        kind, detail = _BY_STATUS[error.status_code]
        return kind(detail, headers=headers)
    if error.status_code == 400 and isinstance(error.__cause__, SerializationException | msgspec.DecodeError):
        return MalformedBody("提交的内容不是有效的 JSON。请刷新页面后重试。")
    return InvalidRequest("请求有误。请检查后重试。", headers=headers)


def _field_errors(error: ValidationException) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for entry in error.extra if isinstance(error.extra, list) else []:
        message = str(entry.get("message", ""))[:200]
        # The decoder quotes what was sent; an error names the place and never repeats what may be personal.
        message = "Invalid enum value" if message.startswith("Invalid enum value") else message
        # A member's name is whatever somebody sent; only what looks like one of ours is said again.
        message = _UNKNOWN_MEMBER.sub("Object contains unknown field", message)
        # Litestar's words for an empty body.
        message = "Expected a JSON body" if message == "'data'" else message
        pointer = "/" + str(entry.get("key", "")).replace(".", "/") if entry.get("key") not in (None, "data") else ""
        item: dict[str, Any] = {"pointer": pointer, "source": str(entry.get("source", "body")), "expected": message}
        if bound := _BOUND.search(message):
            item["limit"] = float(bound["limit"]) if "." in bound["limit"] else int(bound["limit"])
        found.append(item)
    return found[:50]


def prefers_english(accept_language: str) -> bool:
    """Whether the Accept-Language text names English before Chinese."""
    english, chinese = _weight(accept_language, "en"), _weight(accept_language, "zh")
    return english > chinese


def _weight(accept_language: str, language: str) -> float:
    best = 0.0
    for position, part in enumerate(accept_language[:200].lower().split(",")):
        tag, _, parameters = part.strip().partition(";")
        if tag.split("-")[0] != language:
            continue
        quality = re.fullmatch(r"\s*q=([01](?:\.\d{1,3})?)\s*", parameters)
        if parameters and quality is None:
            continue
        # Equal weights are ranked by their order in the text.
        best = max(best, (float(quality[1]) if quality else 1.0) - position * 1e-6)
    return best


def problem_body(problem: Problem, *, english: bool = False) -> bytes:
    """The reply's body as UTF-8 JSON."""
    title, detail = problem.title, problem.detail
    if english and problem.code in ENGLISH:
        title, detail = ENGLISH[problem.code]
    body = {"type": problem.type, "title": title, "status": problem.status, "detail": detail, "rule": problem.rule}
    return msgspec.json.encode(body | problem.members)


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Litestar exception handler for everything."""
    problem = as_problem(error)
    if isinstance(problem, MethodNotAllowed):
        problem.headers.setdefault("Allow", ", ".join(_methods_of(request)))
    body = problem_body(problem, english=prefers_english(request.headers.get("accept-language", "")))
    return Response(body, status_code=problem.status, media_type=PROBLEM_MEDIA_TYPE, headers=problem.headers)


def _methods_of(request: Request[Any, Any, Any]) -> list[str]:
    """The methods that the request's address does take."""
    allowed: list[str] = []
    for method in _METHODS:
        with contextlib.suppress(HTTPException):
            request.app.asgi_router.handle_routing(path=request.scope["path"], method=method)
            allowed.append(method)
    # The gate answers HEAD wherever there is GET.
    return [*allowed, "HEAD"] if "GET" in allowed and "HEAD" not in allowed else allowed
