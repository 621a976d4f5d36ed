"""Why a file is not taken, as a fault and in words: pure."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

Fault = Literal[
    "file-empty",
    "file-type",
    "file-damaged",
    "file-pixels",
    "file-checksum",
    "pdf-pages",
    "pdf-locked",
    "pdf-active",
    "pdf-heavy",
]
"""Stable: clients compare it."""


class FileFault(ValueError):
    """The bytes are no file we take. `limit` and `actual` where one was passed; `found` says what it is instead."""

    def __init__(
        self, fault: Fault, *, limit: int | None = None, actual: int | None = None, found: str | None = None
    ) -> None:
        super().__init__(fault)
        self.fault: Fault = fault
        self.limit = limit
        self.actual = actual
        self.found = found


class Judged(msgspec.Struct, frozen=True):
    """What a file really is. Of a picture pixels, before any rotation its metadata asks for; of a PDF the first page's
    points."""

    media_type: str
    width: int
    height: int
    pages: int = 1


_WORDS: Final[dict[Fault, str]] = {
    "file-empty": "这个文件是空的（0 字节）。请重新拍照或另选一个文件。",
    "file-type": "这个文件的内容不是 JPEG 或 PNG 图片，也不是 PDF，改名字没有用。请重新拍照，或选一张照片。",
    "file-damaged": "文件已损坏，无法打开。请重新拍照，或找到原来的文件再选一次。",
    "file-pixels": "图片的像素太多。请先在手机里裁剪，或用较低的分辨率重新拍照。",
    "file-checksum": "收到的文件与您选择的不一致。请重新上传。",
    "pdf-pages": "PDF 的页数太多。请分成几个文件，或只留需要的几页。",
    "pdf-locked": "这个 PDF 有密码，打不开。请去掉密码再选，或者拍照上传。",
    "pdf-active": "这个 PDF 里有程序或附件，不能接收。请用“打印为 PDF”另存一份，或者拍照上传。",
    "pdf-heavy": "这个 PDF 太复杂，打开它要占用太多内存或时间。请用“打印为 PDF”另存一份，或者拍照上传。",
}
_FOREIGN: Final[dict[str, str]] = {
    "heic": "这是 HEIC 照片，这里打不开。请在手机“设置 · 相机 · 格式”里选“兼容性最佳”后重拍，或把它另存为 JPEG。",
    "webp": "这是 WebP 图片，这里打不开。请截屏，或另存为 JPEG 再选。",
    "gif": "这是 GIF 图片，这里打不开。请截屏，或另存为 JPEG 再选。",
    "office": "这是 Word、表格或压缩文件，这里打不开。请另存为 PDF，或者拍照上传。",
}
_MAGIC: Final[tuple[tuple[int, bytes, str], ...]] = (
    (4, b"ftyphei", "heic"),
    (4, b"ftypmif", "heic"),
    (8, b"WEBP", "webp"),
    (0, b"GIF8", "gif"),
    (0, b"PK\x03\x04", "office"),
    (0, b"\xd0\xcf\x11\xe0", "office"),
)


def kind_of(content: bytes) -> str | None:
    """What bytes that we do not take seem to be, by how they begin; None for anything that has no word of its own."""
    return next((kind for at, magic, kind in _MAGIC if content[at : at + len(magic)] == magic), None)


def words(fault: FileFault) -> str:
    """What is wrong and what to do, in Chinese, with the limit and what was found where there is one."""
    if fault.found in _FOREIGN:
        return _FOREIGN[fault.found]
    if fault.fault == "pdf-pages" and fault.limit is not None:
        return f"PDF 有 {fault.actual} 页，最多 {fault.limit} 页。请分成几个文件，或只留需要的几页。"
    if fault.fault == "file-pixels" and fault.limit is not None and fault.actual is not None:
        return (
            f"图片有 {fault.actual // 10_000} 万像素，最多 {fault.limit // 10_000} 万。"
            "请先在手机里裁剪，或用较低的分辨率重新拍照。"
        )
    return _WORDS[fault.fault]
