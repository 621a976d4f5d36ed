"""Problems of the bundles room."""

from __future__ import annotations

from backend.foundation.errors import Problem


class MemberNotReady(Problem):
    """A member of a filing that cannot be filed by the caller now."""

    status = 409
    code = "member-not-ready"
    title = "这一项现在还不能办"
