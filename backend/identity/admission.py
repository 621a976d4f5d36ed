"""Admits a request by the permission table, or says what is missing: a session, a role, a recent proof, patience."""

from __future__ import annotations

from collections.abc import Callable

from backend.foundation.action_rates import Rates, admit
from backend.foundation.errors import Forbidden, SignInRequired
from backend.foundation.rate_limits import Limiter
from backend.foundation.time_source import TimeSource
from backend.identity.actor import Actor
from backend.identity.errors import SignInAgain
from backend.identity.permissions import Permission
from backend.identity.rules import MINUTE

# The permission of a method and path; None for an address that is not there.
Lookup = Callable[[str, str], Permission | None]


class Admission:
    """Judges every request for the gate, before its body is read. `time` is set when the house is open."""

    def __init__(self, lookup: Lookup, limiter: Limiter, rates: Rates, *, fresh_minutes: int) -> None:
        self._lookup = lookup
        self._limiter = limiter
        self._rates = rates
        self._fresh = fresh_minutes * MINUTE
        self.time: TimeSource | None = None

    async def __call__(self, method: str, path: str, user: object | None, address: str) -> None:
        """Returns for a request that may go on. Raises SignInRequired, Forbidden, SignInAgain, RateLimited."""
        permission = self._lookup(method, path)
        if permission is None:
            return
        if not permission.is_open:
            self._judge(permission, user)
        account_id = user.account_id if isinstance(user, Actor) else None
        if account_id is not None:
            await admit(self._limiter, "account", account_id=account_id, address=address, rates=self._rates)
        if permission.rate is not None:
            await admit(self._limiter, permission.rate, account_id=account_id, address=address, rates=self._rates)

    def _judge(self, permission: Permission, user: object | None) -> None:
        if not isinstance(user, Actor):
            raise SignInRequired("请先登录。您填的内容都还在。")
        if user.kind not in permission.who:
            raise Forbidden(_WRONG_DOOR[user.kind])
        if user.staff is not None and permission.roles and permission.roles.isdisjoint(user.staff.roles):
            raise Forbidden("您的岗位没有这项权限。如果工作需要，请联系安全管理员。")
        if permission.fresh and self.time is not None and self.time.now() - user.authenticated_at > self._fresh:
            raise SignInAgain("为了保护您的信息，请再验证一次身份。", minutes=self._fresh // MINUTE)


_WRONG_DOOR = {
    "resident": "这里只给工作人员用。请用工作人员账号登录。",
    "staff": "这里只给办事人用。请用您自己的手机号登录。",
}
