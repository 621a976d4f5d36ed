"""What can be wrong with a push subscription."""

from __future__ import annotations

from backend.foundation.errors import Problem


class SubscriptionRefused(Problem):
    """The subscription cannot be used; `fault` says which part of it."""

    status = 422
    code = "subscription-refused"
    title = "无法开启通知"
