"""What can keep a proposal from being decided or published; each says what to do next."""

from __future__ import annotations

from backend.foundation.errors import Problem


class OwnProposal(Problem):
    """Whoever proposed something may not decide on it; `refusal` has the rule and its article."""

    status = 403
    code = "own-proposal"
    title = "要由另一个人审查"


class ProposalDecided(Problem):
    """The proposal was decided on before; `current` shows it as it is now."""

    status = 409
    code = "proposal-decided"
    title = "已经审查过了"


class ProposalStale(Problem):
    """Something else was put in force since the proposal was made; it has to be made anew."""

    status = 409
    code = "proposal-stale"
    title = "提出以后已有新的内容生效"


class ProposalFaulty(Problem):
    """What is proposed does not pass its checks; `errors` says how many errors there are."""

    status = 422
    code = "proposal-faulty"
    title = "内容有错误，不能发布"


class EffectiveDateWrong(Problem):
    """The instant from which something shall be in force is no day or instant, is past, or too far ahead."""

    status = 422
    code = "effective-date-wrong"
    title = "生效时间不对"


class ReviewIncomplete(Problem):
    """`missing` says what a review lacks: the check for secrets to publish, the reason to reject."""

    status = 422
    code = "review-incomplete"
    title = "审查意见不完整"


class ProposalUnchanged(Problem):
    """The same content is in force already or waits for its review already."""

    status = 409
    code = "proposal-unchanged"
    title = "内容没有变化"
