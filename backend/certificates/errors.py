"""What the certificates room refuses."""

from __future__ import annotations

from backend.foundation.errors import NotFound, Problem


class DeviceKeyInvalid(Problem):
    """The device's public key is not a P-256 key."""

    status = 422
    code = "device-key-invalid"
    title = "这台设备的密钥不能用"


class DeviceTaken(Problem):
    """The device is bound already with another key; a new key needs a new device id."""

    status = 409
    code = "device-taken"
    title = "这台设备已登记"


class TooManyDevices(Problem):
    """The holder has bound as many devices as are allowed."""

    status = 409
    code = "too-many-devices"
    title = "登记的设备太多"


class CertificateEnded(Problem):
    """The certificate is past its last day: nothing can be shown of it."""

    status = 409
    code = "certificate-ended"
    title = "证照已过期"


class CertificateRevoked(Problem):
    """The decision behind the certificate was revoked: nothing can be shown of it any more."""

    status = 409
    code = "certificate-revoked"
    title = "证照已撤销"


class CertificateSuperseded(Problem):
    """The certificate was renewed; the next version is shown in its place."""

    status = 409
    code = "certificate-superseded"
    title = "证照已延续"


class RenewalRefused(Problem):
    """The certificate cannot be renewed by this application; `refusal` says why, with the article and the days."""

    status = 409
    code = "renewal-refused"
    title = "现在不能延续"


class ViewUnknown(NotFound):
    """The certificate's type has no view of that name."""

    code = "view-unknown"
    title = "没有这种出示方式"


class SigningKeyMissing(Problem):
    """The issuing department has no signing key on this server."""

    status = 503
    code = "signing-key-missing"
    title = "暂时不能签发"
