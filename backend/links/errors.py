"""What can be wrong with a status link."""

from __future__ import annotations

from backend.foundation.errors import Problem


class LinkUnknown(Problem):
    """No link has this token."""

    status = 404
    code = "link-unknown"
    title = "没有这个链接"


class LinkEnded(Problem):
    """The link was revoked, or its time is over."""

    status = 410
    code = "link-ended"
    title = "链接已失效"


class TooManyLinks(Problem):
    """The case has as many working links as it may; `limit` says how many."""

    status = 409
    code = "too-many-links"
    title = "链接太多"
