"""`/api/v1/uploads` (tus 1.0: core, creation, checksum, expiration, termination) and `/api/v1/files`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Annotated, Any

from litestar import Controller, Request, Response, delete, get, head, patch, post, route
from litestar.di import NamedDependency
from litestar.enums import HttpMethod
from litestar.exceptions import InternalServerException
from litestar.middleware import ASGIMiddleware
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, PathParameter
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from backend.files import rules, service
from backend.files.errors import UploadHeaderInvalid, UploadMediaTypeWrong, UploadVersionUnknown
from backend.files.schemas import Look, PageNumber, PreviewSize
from backend.files.service import Upload
from backend.foundation.errors import NotFound
from backend.foundation.web_errors import PROBLEM_MEDIA_TYPE, ProblemBody
from backend.house import House
from backend.identity.actor import Actor

UploadId = FromPath[Annotated[str, PathParameter(pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]]
Sha256 = FromPath[Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$")]]
# The highest that limits.upload_bytes can be set to; what an upload may still take is counted as it arrives.
BODY_LIMIT = 104_857_600 + 64 * 1024
_DAMAGED = {460: ResponseSpec(ProblemBody, description="The part arrived damaged", media_type=PROBLEM_MEDIA_TYPE)}


class TusResumable(ASGIMiddleware):
    """Every reply names the version, also those that tell of an error (tus core)."""

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """One request."""

        async def reply(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"tus-resumable", rules.TUS_VERSION.encode())]
            await send(message)

        await next_app(scope, receive, reply)


def _check_version(request: Request[Any, Any, Any]) -> None:
    if request.headers.get("tus-resumable") != rules.TUS_VERSION:
        raise UploadVersionUnknown("上传组件版本不符，请刷新页面后重试。", headers={"Tus-Version": rules.TUS_VERSION})


def _expires(upload: Upload) -> str:
    return format_datetime(datetime.fromtimestamp(upload.expires_at / 1000, UTC), usegmt=True)


async def arriving(request: Request[Any, Any, Any]) -> AsyncIterator[bytes]:
    """The body as it comes. Raises ConnectionResetError where it is cut off."""
    try:
        async for chunk in request.stream():
            yield chunk
    except InternalServerException as cut:
        raise ConnectionResetError from cut


async def _append(request: Request[Any, Any, Any], house: House, actor: Actor, upload_id: str) -> Response[None]:
    _check_version(request)
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/offset+octet-stream":
        raise UploadMediaTypeWrong("上传的内容类型应为 application/offset+octet-stream。")
    offset = rules.read_number("Upload-Offset", request.headers.get("upload-offset"))
    checksum = rules.read_checksum(request.headers.get("upload-checksum"))
    upload = await service.append(house, actor, upload_id, offset, arriving(request), checksum)
    headers = {"Upload-Offset": str(upload.received), "Upload-Expires": _expires(upload)}
    return Response(None, status_code=204, headers=headers)


class UploadController(Controller):
    """Resumable uploads; only the account that began one sees it."""

    path = "/api/v1/uploads"
    tags = ("files",)
    middleware = (TusResumable(),)

    @route(http_method=[HttpMethod.OPTIONS], status_code=204)
    async def capabilities(self, house: NamedDependency[House]) -> Response[None]:
        """What this server speaks (tus core, OPTIONS)."""
        headers = {
            "Tus-Version": rules.TUS_VERSION,
            "Tus-Extension": rules.EXTENSIONS,
            "Tus-Max-Size": str(house.settings.limits.upload_bytes),
            "Tus-Checksum-Algorithm": ",".join(rules.CHECKSUMS),
        }
        return Response(None, status_code=204, headers=headers)

    @post(status_code=201)
    async def create(
        self, request: Request[Any, Any, Any], house: NamedDependency[House], actor: NamedDependency[Actor]
    ) -> Response[None]:
        """Begins an upload of `Upload-Length` bytes; `Location` is where its parts go."""
        _check_version(request)
        if "upload-defer-length" in request.headers:
            raise UploadHeaderInvalid("请在开始时给出文件长度。", header="Upload-Defer-Length")
        length = rules.read_number("Upload-Length", request.headers.get("upload-length"))
        upload = await service.create(house, actor, length, request.headers.get("upload-metadata"))
        headers = {"Location": f"{self.path}/{upload.id}", "Upload-Expires": _expires(upload)}
        return Response(None, status_code=201, headers=headers)

    @head("/{upload_id:str}", status_code=200)
    async def position(
        self,
        request: Request[Any, Any, Any],
        house: NamedDependency[House],
        actor: NamedDependency[Actor],
        upload_id: UploadId,
    ) -> Response[None]:
        """Where an upload stands."""
        _check_version(request)
        upload = await service.find(house, actor, upload_id)
        headers = {
            "Upload-Offset": str(upload.received),
            "Upload-Length": str(upload.length),
            "Upload-Expires": _expires(upload),
            "Cache-Control": "no-store",
        }
        if upload.metadata is not None:
            headers["Upload-Metadata"] = upload.metadata
        return Response(None, status_code=200, headers=headers)

    @patch("/{upload_id:str}", status_code=204, request_max_body_size=BODY_LIMIT, responses=_DAMAGED)
    async def append(
        self,
        request: Request[Any, Any, Any],
        house: NamedDependency[House],
        actor: NamedDependency[Actor],
        upload_id: UploadId,
    ) -> Response[None]:
        """Adds what the body holds from `Upload-Offset` on."""
        return await _append(request, house, actor, upload_id)

    @post("/{upload_id:str}", status_code=204, request_max_body_size=BODY_LIMIT, responses=_DAMAGED)
    async def overridden(
        self,
        request: Request[Any, Any, Any],
        house: NamedDependency[House],
        actor: NamedDependency[Actor],
        upload_id: UploadId,
    ) -> Response[None]:
        """PATCH or DELETE for clients that cannot send them, by `X-HTTP-Method-Override` (tus core)."""
        method = request.headers.get("x-http-method-override")
        if method == "PATCH":
            return await _append(request, house, actor, upload_id)
        if method == "DELETE":
            _check_version(request)
            await service.terminate(house, actor, upload_id)
            return Response(None, status_code=204)
        raise UploadHeaderInvalid("X-HTTP-Method-Override 应为 PATCH 或 DELETE。", header="X-HTTP-Method-Override")

    @delete("/{upload_id:str}", status_code=204)
    async def terminate(
        self,
        request: Request[Any, Any, Any],
        house: NamedDependency[House],
        actor: NamedDependency[Actor],
        upload_id: UploadId,
    ) -> None:
        """Ends an upload and removes what arrived."""
        _check_version(request)
        await service.terminate(house, actor, upload_id)


class FileController(Controller):
    """The caller's own files, by the SHA-256 of their bytes."""

    path = "/api/v1/files"
    tags = ("files",)

    @head("/{sha256:str}", status_code=200)
    async def owned(
        self, house: NamedDependency[House], actor: NamedDependency[Actor], sha256: Sha256
    ) -> Response[None]:
        """200 when the caller has this file already, so that it need not be sent again; else 404."""
        if not await service.owned_files(house, actor.applicant_subject_id, [sha256]):
            raise NotFound("没有找到这个文件。")
        return Response(None, status_code=200)

    @get("/{sha256:str}", media_type="image/jpeg")
    async def preview(
        self,
        house: NamedDependency[House],
        actor: NamedDependency[Actor],
        sha256: Sha256,
        page: PageNumber = 1,
        size: PreviewSize = "large",
    ) -> Response[bytes]:
        """A re-encoded JPEG without metadata; of a PDF one page."""
        content = await service.own_preview(house, actor, sha256, Look(page, size))
        return Response(content, media_type="image/jpeg", headers={"Cache-Control": "private, no-store"})
