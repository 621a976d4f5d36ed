"""The exception tree of this package. Callers look at the class and at ``code``, never at the message."""


class QrError(Exception):
    """Base of everything this package raises on bad input. ``code`` is a short, stable word."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class Base45Error(QrError):
    """The text is not base45. Codes: ``alphabet``, ``length``, ``overflow``."""


class CborError(QrError):
    """The bytes are not one item of the CBOR subset of docs/formats.md. Code: ``cbor``."""

    def __init__(self, detail: str) -> None:
        super().__init__("cbor", detail)


class CoseError(QrError):
    """A COSE_Sign1 is malformed or does not verify.

    Codes: ``cbor``, ``structure``, ``header``, ``crit``, ``algorithm``, ``key``, ``signature``.
    """


class KeyMaterialError(QrError):
    """A JWK, COSE_Key or X.509 certificate holds no key that this package can use. Code: ``key``."""

    def __init__(self, detail: str) -> None:
        super().__init__("key", detail)


class CredentialError(QrError):
    """Claims do not make a credential, presentation or challenge. Codes: ``claims``, ``size``."""


class InflateError(QrError):
    """The bytes are not one complete zlib stream within its limit. Codes: ``inflate``, ``size``."""


class StatusListError(QrError):
    """A status list cannot answer. Codes: ``bits``, ``index``, ``inflate``, ``size``, ``claims``."""


class TrustListError(QrError):
    """A trust list is not signed by a known root or is malformed. Codes: ``root``, ``typ``, ``claims``."""


class SymbolError(QrError):
    """A text fits no QR symbol as asked. Codes: ``alphabet``, ``size``."""
