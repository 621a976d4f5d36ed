"""What can go wrong when staff sign in, and when they are administered."""

from __future__ import annotations

from backend.foundation.errors import Problem


class StaffSignInFailed(Problem):
    """Number, password or code is wrong, or the account is locked or closed; which of these is not said to anyone."""

    status = 401
    code = "staff-sign-in-failed"
    title = "登录失败"


class NewPasswordNeeded(Problem):
    """Everything is right, and the password must be changed: it is a first one or older than `limit` days.

    `reason` says which, `shortest` how many characters the new one needs.
    """

    status = 403
    code = "new-password-needed"
    title = "请先更换密码"


class PasswordWeak(Problem):
    """The new password may not be taken; `reason` says why, `limit` what is needed."""

    status = 422
    code = "password-weak"
    title = "密码不符合要求"


class StaffTaken(Problem):
    """Somebody of the staff has this number or phone already; `what` says which."""

    status = 409
    code = "staff-taken"
    title = "已有这个工作人员"


class LastAdministrator(Problem):
    """Nobody else could do what this administrator can; `role` says what."""

    status = 409
    code = "last-administrator"
    title = "至少要留一名管理员"


class RolesSeparated(Problem):
    """The roles exclude one another, or one is named twice; `reason` says which."""

    status = 422
    code = "roles-separated"
    title = "岗位不能兼任"


class PlaceUnknown(Problem):
    """The city has no such department or division; `what` says which."""

    status = 422
    code = "place-unknown"
    title = "没有这个部门或区划"
