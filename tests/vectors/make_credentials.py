"""Makes tests/vectors/credentials.json, one vector for each signed format of docs/formats.md, from fixed keys.

Run `.venv/bin/python tests/vectors/make_credentials.py`; the result is the same every time (RFC 6979 signatures).
"""

import base64
import hashlib
import json
import sys
import zlib
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from qr import base45, cbor, cose, credential, keys, presentation, status_list, trust  # noqa: E402

NOW = 1795312800  # 2026-11-22T02:00:00Z
DAY = 86400
ISSUER = "11990100990100018P"
STATUS_URI = "https://zhangban.example/status/1"


def fixed_key(name: str) -> tuple[keys.SigningKey, dict[str, str]]:
    """Return a key whose secret is the SHA-256 of its name, and its private JWK."""
    secret = hashlib.sha256(name.encode()).digest()
    private = ec.derive_private_key(int.from_bytes(secret), ec.SECP256R1())
    key = keys.from_private(private, deterministic=True)
    numbers = private.public_key().public_numbers()
    parts = {"x": numbers.x.to_bytes(32), "y": numbers.y.to_bytes(32), "d": secret}
    encoded = {name: base64.urlsafe_b64encode(part).rstrip(b"=").decode() for name, part in parts.items()}
    return key, {"kty": "EC", "crv": "P-256", **encoded}


def claims(name: str, fields: dict[int | str, object], **more: object) -> dict[int, object]:
    result: dict[int, object] = {1: ISSUER, 4: NOW + 30 * DAY, 6: NOW, 7: hashlib.sha256(name.encode()).digest()[:16]}
    device = more.get("device")
    if isinstance(device, keys.PublicKey):
        result[8] = {1: device.cose_key}
    if "index" in more:
        result[65535] = {"status_list": {"idx": more["index"], "uri": STATUS_URI}}
    result[-65537] = fields
    return result


def make() -> dict[str, object]:
    (issuer, issuer_jwk), (device, device_jwk) = fixed_key("issuer"), fixed_key("device")
    (root, root_jwk), (lists, lists_jwk) = fixed_key("root"), fixed_key("status lists")
    full_fields: dict[int | str, object] = {
        0: "residence-permit",
        1: "full",
        2: "张小明",
        3: "110105********002X",
        4: "990100202600000001",
        5: "1.2.156.3005.2.11990100990100018P001.11990100990100026J.202600001.001.N",
        6: "云海市公安局",
        7: "2026-11-20",
        9: "2027-11-19",
        10: "1949-12-31",
        12: "云海市东湖区湖滨街道望湖路18号3幢502室",
    }
    minimal_fields: dict[int | str, object] = {0: "residence-permit", 1: "over-18", 6: "云海市公安局", 13: True}
    full = credential.issue(claims("full", full_fields, device=device.public), issuer)
    minimal = credential.issue(claims("minimal", minimal_fields, device=device.public, index=5), issuer)
    paper = credential.issue(claims("paper", full_fields), issuer)
    question = {1: hashlib.sha256(b"nonce").digest()[:16], 2: "云海市图书馆", 3: "办理借书证", 4: NOW}
    challenge = presentation.CHALLENGE_PREFIX + base45.encode(cbor.encode(question))
    span = (NOW - DAY, NOW + 365 * DAY)
    trusted = [
        trust.TrustedKey(issuer.public.kid, issuer.public, frozenset({"credential"}), ISSUER, "云海市公安局", *span),
        trust.TrustedKey(lists.public.kid, lists.public, frozenset({"status-list"}), ISSUER, "云海市公安局", *span),
    ]
    compressed = zlib.compress(bytes((0b00001000, 0b00000000, 0b11000000, 0b00000001)), 9)
    token = cbor.encode({2: STATUS_URI, 6: NOW, 4: NOW + DAY, 65534: 3600, 65533: {"bits": 2, "lst": compressed}})
    return {
        "now": "2026-11-22T02:00:00Z",
        "keys": {"issuer": issuer_jwk, "device": device_jwk, "root": root_jwk, "status-list": lists_jwk},
        "kid": {
            "issuer": issuer.public.kid.hex(),
            "root": root.public.kid.hex(),
            "status-list": lists.public.kid.hex(),
        },
        "credential": {"full": full, "minimal": minimal, "paper": paper},
        "challenge": {"text": challenge, "verifier": "云海市图书馆", "purpose": "办理借书证"},
        "presentation": {
            "timed": presentation.present(minimal, device, NOW),
            "answering": presentation.present(full, device, NOW, challenge),
        },
        "trust_list": trust.sign_list("云海市", NOW, NOW + 30 * DAY, trusted, root).hex(),
        "status_list": {
            "token": cose.sign1(token, lists, typ=status_list.TYP, kid=lists.public.kid).hex(),
            "uri": STATUS_URI,
            "bits": 2,
            "list": compressed.hex(),
            "values": [0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 1, 0, 0, 0],
        },
    }


def render() -> str:
    """Return the file's text."""
    return json.dumps(make(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    (Path(__file__).parent / "credentials.json").write_text(render(), encoding="utf-8")
