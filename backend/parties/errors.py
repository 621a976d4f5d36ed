"""What can go wrong with parties and mandates; each says what to do next."""

from __future__ import annotations

from backend.foundation.errors import Problem


class MandateInvalid(Problem):
    """`Acting-For` names no mandate that the caller may use now: unknown, not theirs, ended or revoked alike."""

    status = 403
    code = "mandate-invalid"
    title = "授权已失效"


class MandateScope(Problem):
    """The mandate holds, but not for what is asked: another item, or something its capacity does not include."""

    status = 403
    code = "mandate-scope"
    title = "不在授权范围内"


class MandateTermsWrong(Problem):
    """A mandate of these terms cannot be given; `reason` says which term, `limit` what it may be at most."""

    status = 422
    code = "mandate-terms-wrong"
    title = "授权内容有误"


class MandateNameDiffers(Problem):
    """The invitation is to somebody of another name than the caller's confirmed one."""

    status = 409
    code = "mandate-name-differs"
    title = "姓名与邀请不一致"


class TooManyMandates(Problem):
    """The party has given as many mandates as it may; `limit` says how many."""

    status = 409
    code = "too-many-mandates"
    title = "授权太多"


class UsccInvalid(Problem):
    """The text is not a unified social credit code; `error` says what is wrong with it."""

    status = 422
    code = "uscc-invalid"
    title = "统一社会信用代码有误"


class PartyNotMatched(Problem):
    """The register does not say that the caller acts for such a party; it does not say which part differs."""

    status = 422
    code = "party-not-matched"
    title = "登记信息不一致"


class GuardianConsentNeeded(Problem):
    """The data of a child under `age` years is handled only with the guardian's consent (PIPL art. 31)."""

    status = 422
    code = "guardian-consent-needed"
    title = "需要监护人同意"


class ApplicantKindWrong(Problem):
    """The item does not serve this kind of applicant; `kind` is the one that asked."""

    status = 422
    code = "applicant-kind-wrong"
    title = "申请人类型不符"
