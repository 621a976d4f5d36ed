"""What can go wrong with a case; each says what to do next."""

from __future__ import annotations

from backend.foundation.errors import Problem


class FormInvalid(Problem):
    """The values do not meet the pinned form; `errors` lists path and keyword of each."""

    status = 422
    code = "form-invalid"
    title = "有内容需要修改"


class GuideUnknown(Problem):
    """The item, guide or form named is not one this city has published."""

    status = 422
    code = "guide-unknown"
    title = "事项指南不存在"


class MaterialMissing(Problem):
    """A required material has no file, or one that the guide does not list was sent; `materials` names them.

    `promise` says of what may come later whether it may be promised ("open") or a record forbids it ("closed").
    """

    status = 422
    code = "material-missing"
    title = "材料不齐"


class FilesMissing(Problem):
    """Files named are not stored for the applicant yet; `missing` lists their SHA-256."""

    status = 409
    code = "files-missing"
    title = "文件还没有传完"


class CommitmentClosed(Problem):
    """A serious credit record closes the way of a commitment in place of proof; `materials` are those it stands for."""

    status = 409
    code = "commitment-closed"
    title = "不能用承诺代替证明"


class IdentityNeeded(Problem):
    """The applicant has not confirmed who they are."""

    status = 409
    code = "identity-needed"
    title = "请先实名认证"


class TooManyCases(Problem):
    """The account has filed as many applications in 24 hours as it may; `limit` says how many."""

    status = 409
    code = "too-many-cases"
    title = "今天提交的申请太多"


class NotHandledHere(Problem):
    """The item, or the place it is for, is another department's; `offices` are competent."""

    status = 403
    code = "not-handled-here"
    title = "不归本部门办理"


class NotAllowedNow(Problem):
    """The case is not in a state in which the command may be given; `state` is the one it is in."""

    status = 409
    code = "not-allowed-now"
    title = "现在不能这样做"


class NotYours(Problem):
    """The command belongs to another role."""

    status = 403
    code = "not-yours"
    title = "没有权限"


class OwnCase(Problem):
    """A staff member may not handle an application of their own."""

    status = 403
    code = "own-case"
    title = "请回避"


class SamePerson(Problem):
    """Whoever accepted a case may not decide it."""

    status = 403
    code = "same-person"
    title = "不能由同一人办理"


class ReasonNeeded(Problem):
    """The command needs a reason that the applicant can read."""

    status = 422
    code = "reason-needed"
    title = "请写明理由"


class CommandRefused(Problem):
    """A rule of the procedure forbids what was said; `refusal` names it with its article and what exactly is wrong."""

    status = 422
    code = "command-refused"
    title = "这一步不符合规定"


class TooManyViews(Problem):
    """Somebody of the staff has saved as many views as are kept; `limit` says how many."""

    status = 409
    code = "too-many-views"
    title = "存的视图太多"


class TooManyMarks(Problem):
    """A case has as many notes on its pictures as are kept; `limit` says how many."""

    status = 409
    code = "too-many-marks"
    title = "批注太多"


class HolderChanged(Problem):
    """Another holds the case than the caller saw; `current` is that one, null for nobody."""

    status = 409
    code = "holder-changed"
    title = "经办人已变"


class CounterCodeUnknown(Problem):
    """No draft is shown under this code, or its time is over."""

    status = 404
    code = "counter-code-unknown"
    title = "草稿码无效"
