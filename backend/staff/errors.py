"""What can go wrong when staff sign in."""

from __future__ import annotations

from backend.foundation.errors import Problem


class StaffSignInFailed(Problem):
    """Number, password or code is wrong, or the account is locked or closed; which of these is not said to anyone."""

    status = 401
    code = "staff-sign-in-failed"
    title = "登录失败"


class NewPasswordNeeded(Problem):
    """Everything is right, and the password must be changed: it is a first one or too old. `reason` says which."""

    status = 403
    code = "new-password-needed"
    title = "请先更换密码"


class PasswordWeak(Problem):
    """The new password may not be taken; `reason` says why, `limit` what is needed."""

    status = 422
    code = "password-weak"
    title = "密码不符合要求"
