"""What can go wrong while signing in and confirming who one is."""

from __future__ import annotations

from backend.foundation.errors import Problem


class PhoneInvalid(Problem):
    """The text is not a mainland mobile number."""

    status = 422
    code = "phone-invalid"
    title = "手机号有误"


class CodeTooSoon(Problem):
    """A code for this phone was sent less than a minute ago; `Retry-After` says when another may be asked for."""

    status = 429
    code = "code-too-soon"
    title = "请稍候再获取"


class CodeWrong(Problem):
    """The code is not the one sent; `attempts_left` says how many tries remain."""

    status = 401
    code = "code-wrong"
    title = "验证码不正确"


class CodeExpired(Problem):
    """The code is over five minutes old, was used, or was tried five times; or none was asked for."""

    status = 410
    code = "code-expired"
    title = "验证码已失效"


class CodeChannelMissing(Problem):
    """The installation has no way of sending codes."""

    status = 503
    code = "code-channel-missing"
    title = "暂时无法发送验证码"


class IdNumberInvalid(Problem):
    """The number is not a citizen or residence number; `error` is `format`, `date` or `check`."""

    status = 422
    code = "id-number-invalid"
    title = "身份证号码有误"


class IdentityNotMatched(Problem):
    """The population register knows no such person; it does not say which part differs."""

    status = 422
    code = "identity-not-matched"
    title = "姓名与身份证号码不一致"


class IdentitySettled(Problem):
    """The account was confirmed as another person before."""

    status = 409
    code = "identity-settled"
    title = "账号已完成实名认证"


class GuardianNeeded(Problem):
    """A child under `age` years does not confirm an identity alone; a guardian acts for the child instead."""

    status = 403
    code = "guardian-needed"
    title = "请由监护人办理"


class LevelNeeded(Problem):
    """What is asked for needs a person who is known more surely; `level` is needed, `actual` is the caller's."""

    status = 403
    code = "level-needed"
    title = "请先完成身份核验"


class SignInAgain(Problem):
    """The person's last proof of identity is older than `minutes`; they prove it again and repeat the request."""

    status = 403
    code = "sign-in-again"
    title = "请再验证一次身份"


class PhoneTaken(Problem):
    """Another account has this phone."""

    status = 409
    code = "phone-taken"
    title = "手机号已被使用"


class OwnAccount(Problem):
    """Nobody administers, or confirms at a window, an account of their own."""

    status = 403
    code = "own-account"
    title = "不能操作自己的账号"


class NothingToRecover(Problem):
    """The person has no account that was confirmed as theirs."""

    status = 404
    code = "nothing-to-recover"
    title = "没有可以办理的账号"
