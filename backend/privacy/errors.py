"""What can stand in the way of using one's rights; each says what to do next."""

from __future__ import annotations

from backend.foundation.errors import Problem


class ConsentOutdated(Problem):
    """The text was changed since the caller read it; `current` is the purpose as it is asked for now."""

    status = 409
    code = "consent-outdated"
    title = "说明已更新"


class ConsentNotYours(Problem):
    """Only the person themselves, or for a child under 14 the guardian, can agree; `who` says which."""

    status = 403
    code = "consent-not-yours"
    title = "不能代为同意"


class ExportTooLarge(Problem):
    """The files of the account are larger than one export may be; `limit` and `actual` are bytes."""

    status = 413
    code = "export-too-large"
    title = "内容太多，无法一次导出"


class ErasureRefused(Problem):
    """The account cannot be erased yet. `reason` is `open-cases` (listed in `cases`) or `staff`."""

    status = 409
    code = "erasure-refused"
    title = "现在还不能删除账号"
