"""What can go wrong with a passkey."""

from __future__ import annotations

from backend.foundation.errors import Problem


class PasskeyRefused(Problem):
    """The device's answer was not believed, and nothing was opened or added by it; `reason` says why."""

    status = 401
    code = "passkey-refused"
    title = "没有核对上"


class PasskeyKnown(Problem):
    """This passkey is stored already."""

    status = 409
    code = "passkey-known"
    title = "已经添加过了"


class PasskeyLimit(Problem):
    """The account has as many passkeys as it may; `limit` says how many."""

    status = 409
    code = "passkey-limit"
    title = "添加得太多"


class PasskeysUnavailable(Problem):
    """The installation's public address is a number, and browsers bind passkeys to a name."""

    status = 409
    code = "passkeys-unavailable"
    title = "这个地址不能用指纹或面容登录"
