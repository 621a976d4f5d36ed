"""What can be wrong with an upload or a picture."""

from __future__ import annotations

from backend.foundation.errors import Problem


class UploadHeaderInvalid(Problem):
    """A tus header is missing or malformed; `header` names it."""

    status = 400
    code = "upload-header-invalid"
    title = "上传请求有误"


class UploadOffsetWrong(Problem):
    """The part does not start where the upload stands; `offset` is where it stands."""

    status = 409
    code = "upload-offset-wrong"
    title = "上传位置不一致"


class UploadVersionUnknown(Problem):
    """The client speaks another version of tus than 1.0.0."""

    status = 412
    code = "upload-version-unknown"
    title = "上传方式不支持"


class UploadTooLarge(Problem):
    """The file or the part is larger than allowed; `limit` and `actual` are bytes."""

    status = 413
    code = "upload-too-large"
    title = "文件太大"


class UploadMediaTypeWrong(Problem):
    """A part must be sent as application/offset+octet-stream."""

    status = 415
    code = "upload-media-type-wrong"
    title = "上传请求有误"


class UploadChecksumMismatch(Problem):
    """The part arrived damaged and was thrown away; the same part may be sent again."""

    status = 460
    code = "upload-checksum-mismatch"
    title = "上传的内容受损"


class UploadQuotaReached(Problem):
    """The account has as many unfinished uploads, files or bytes as it may; `limit` says how many of `what`."""

    status = 409
    code = "upload-quota-reached"
    title = "存放的文件已满"


class FileRefused(Problem):
    """The whole file was judged and refused; nothing of it is kept. `reason` is stable."""

    status = 422
    code = "file-refused"
    title = "这个文件不能使用"


class FileStoreUnavailable(Problem):
    """The store of the files' bytes does not answer or is full; nothing stored before is lost. Send the same again."""

    status = 503
    code = "file-store-unavailable"
    title = "文件暂时存取不了"

    def __init__(self) -> None:
        super().__init__("文件暂时存取不了。请过几分钟再试，您手机里的内容不会丢。", headers={"Retry-After": "30"})
