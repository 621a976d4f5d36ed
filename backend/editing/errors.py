"""What can keep a draft of the catalogue from being stored or proposed; each says what to do next."""

from __future__ import annotations

from backend.foundation.errors import Problem


class CatalogueDraftBehind(Problem):
    """A colleague changed the draft meanwhile; `current` shows it as it is now."""

    status = 412
    code = "catalogue-draft-behind"
    title = "同事刚改过这份草稿"


class CatalogueDraftProposed(Problem):
    """The draft was proposed before and changes no more; `publication_id` names what became of it."""

    status = 409
    code = "catalogue-draft-proposed"
    title = "这份草稿已经提交审查"


class CatalogueDraftFaulty(Problem):
    """The checks find errors in what the draft would make of the pack; `errors` says how many."""

    status = 422
    code = "catalogue-draft-faulty"
    title = "检查有错误，还不能提交"


class CatalogueDraftTooLarge(Problem):
    """More files or characters than one draft may change; `limit` and `actual` say by how much."""

    status = 422
    code = "catalogue-draft-too-large"
    title = "一份草稿改得太多"


class TooManyCatalogueDrafts(Problem):
    """So many drafts are open that nobody can follow them; `limit` says how many may be."""

    status = 409
    code = "too-many-catalogue-drafts"
    title = "没有提交的草稿太多"
