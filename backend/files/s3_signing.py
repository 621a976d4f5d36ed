"""AWS Signature Version 4 for S3, in a header, with the hash of the body in it: pure.

Why not a library: docs/decisions/0012-file-stores.md.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

import msgspec

_ALGORITHM = "AWS4-HMAC-SHA256"


class Signer(msgspec.Struct, frozen=True):
    """Who signs, and for which region; `secret_key` never leaves this process."""

    access_key: str
    secret_key: str
    region: str

    def headers(
        self, method: str, host: str, path: str, query: Mapping[str, str], content: bytes, at: datetime
    ) -> dict[str, str]:
        """The headers that make a request at the instant `at` (UTC) ours.

        `path` is not encoded yet and begins with a slash; `host` has the port where the address has one.
        """
        moment = at.strftime("%Y%m%dT%H%M%SZ")
        digest = hashlib.sha256(content).hexdigest()
        signed = {"host": host, "x-amz-content-sha256": digest, "x-amz-date": moment}
        names = ";".join(sorted(signed))
        request = "\n".join(
            (
                method,
                quote(path, safe="/-_.~"),
                encoded_query(query),
                *(f"{name}:{signed[name]}" for name in sorted(signed)),
                "",
                names,
                digest,
            )
        )
        scope = f"{moment[:8]}/{self.region}/s3/aws4_request"
        text = "\n".join((_ALGORITHM, moment, scope, hashlib.sha256(request.encode()).hexdigest()))
        signature = hmac.new(self._key(moment[:8]), text.encode(), hashlib.sha256).hexdigest()
        return {
            "x-amz-content-sha256": digest,
            "x-amz-date": moment,
            "authorization": (
                f"{_ALGORITHM} Credential={self.access_key}/{scope}, SignedHeaders={names}, Signature={signature}"
            ),
        }

    def _key(self, day: str) -> bytes:
        key = f"AWS4{self.secret_key}".encode()
        for part in (day, self.region, "s3", "aws4_request"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        return key


def encoded_query(query: Mapping[str, str]) -> str:
    """The query as it is signed and sent: sorted, a slash encoded like everything that is not unreserved."""
    return "&".join(f"{quote(name, safe='-_.~')}={quote(query[name], safe='-_.~')}" for name in sorted(query))
