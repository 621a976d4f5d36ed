"""What can be wrong with storing a draft."""

from __future__ import annotations

from backend.foundation.errors import Problem


class PreconditionRequired(Problem):
    """The request does not say, by If-Match, which revision it changes."""

    status = 428
    code = "precondition-required"
    title = "缺少版本号"


class DraftBehind(Problem):
    """Another device stored a newer text; `current` is that draft, for the phone to merge with."""

    status = 412
    code = "draft-behind"
    title = "草稿有更新的版本"


class DraftSubmitted(Problem):
    """The draft became a case; `case_id` is that case."""

    status = 409
    code = "draft-submitted"
    title = "草稿已提交"


class DraftTooLarge(Problem):
    """The text is larger than a draft may be; `limit` and `actual` are bytes."""

    status = 413
    code = "draft-too-large"
    title = "草稿太大"


class DraftValuesInvalid(Problem):
    """A value is outside the bounds that every draft keeps; `pointer` and `bound` say which."""

    status = 422
    code = "draft-values-invalid"
    title = "草稿内容有误"


class TooManyDrafts(Problem):
    """The account has as many drafts as it may; `limit` says how many."""

    status = 409
    code = "too-many-drafts"
    title = "草稿太多"
