"""What can go wrong with documents; each says what to do next."""

from __future__ import annotations

from backend.foundation.errors import Problem


class FontMissing(Problem):
    """The server has no font with Chinese characters, so no PDF can be made; `package` names what to install."""

    status = 503
    code = "font-missing"
    title = "暂时不能生成 PDF"


class CaseNotClosed(Problem):
    """An archive package is made of a closed case; `state` is the one it is in."""

    status = 409
    code = "case-not-closed"
    title = "办件还没有办结"


class ArchiveTooLarge(Problem):
    """The files of the case are larger than a package may be; `limit` says how many bytes that is."""

    status = 413
    code = "archive-too-large"
    title = "归档包太大"
