"""tus headers: what is read, and what is refused."""

from __future__ import annotations

import base64
import hashlib

import pytest

from backend.files.errors import UploadHeaderInvalid
from backend.files.rules import read_checksum, read_metadata, read_number


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_metadata_is_read_by_key_and_unknown_keys_are_passed_over() -> None:
    digest = "ab" * 32
    metadata = read_metadata(
        f"filename {encoded('租房合同.jpg')},filetype {encoded('image/jpeg')},sha256 {encoded(digest)},x"
    )
    assert (metadata.filename, metadata.filetype, metadata.sha256) == ("租房合同.jpg", "image/jpeg", digest)
    assert read_metadata(None).sha256 is None


@pytest.mark.parametrize(
    "text",
    [
        "filename ***",
        f"filename {encoded('a')},filename {encoded('b')}",
        f"sha256 {encoded('AB' * 32)}",
        f"sha256 {encoded('short')}",
        "filename " + base64.b64encode(b"\xff\xfe").decode(),
        "filename " + "A" * 3000,
        ",",
    ],
)
def test_malformed_metadata_is_refused(text: str) -> None:
    with pytest.raises(UploadHeaderInvalid):
        read_metadata(text)


@pytest.mark.parametrize("text", [None, "", "-1", "+1", "01", "1.0", "٣", "1" * 30, " 1"])
def test_a_length_that_is_no_plain_number_is_refused(text: str | None) -> None:
    with pytest.raises(UploadHeaderInvalid):
        read_number("Upload-Length", text)


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_checksum_tells_damage(algorithm: str) -> None:
    digest = base64.b64encode(hashlib.new(algorithm, b"part").digest()).decode()
    checksum = read_checksum(f"{algorithm} {digest}")
    assert checksum is not None
    assert checksum.matches(b"part")
    assert not checksum.matches(b"pert")


@pytest.mark.parametrize("text", ["md5 AAAA", "sha256", "sha256 ***", "", "sha1AAAA"])
def test_another_checksum_is_refused(text: str) -> None:
    if text == "sha256":
        checksum = read_checksum(text)
        assert checksum is not None
        assert not checksum.matches(b"")
        return
    with pytest.raises(UploadHeaderInvalid):
        read_checksum(text)
