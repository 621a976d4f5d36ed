"""Signature Version 4, against the worked examples of the Amazon S3 API reference (Signature Calculations)."""

from __future__ import annotations

from datetime import UTC, datetime

from backend.files.s3_signing import Signer, encoded_query

# The reference's own example key pair; it opens nothing.
_EXAMPLE = Signer("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1")
_HOST = "examplebucket.s3.amazonaws.com"
_AT = datetime(2013, 5, 24, tzinfo=UTC)


def test_listing_objects_is_signed_as_in_the_reference() -> None:
    headers = _EXAMPLE.headers("GET", _HOST, "/", {"max-keys": "2", "prefix": "J"}, b"", _AT)
    assert headers["authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
        " SignedHeaders=host;x-amz-content-sha256;x-amz-date,"
        " Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
    )
    assert headers["x-amz-date"] == "20130524T000000Z"
    assert headers["x-amz-content-sha256"] == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_a_query_that_has_no_value_is_signed_as_in_the_reference() -> None:
    headers = _EXAMPLE.headers("GET", _HOST, "/", {"lifecycle": ""}, b"", _AT)
    assert headers["authorization"].endswith("fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")


def test_a_slash_in_the_query_is_encoded_and_the_names_are_in_order() -> None:
    assert encoded_query({"prefix": "ab/é+=", "list-type": "2"}) == "list-type=2&prefix=ab%2F%C3%A9%2B%3D"
