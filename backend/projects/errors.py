"""What may be wrong with a project or with the code of one."""

from __future__ import annotations

from backend.foundation.errors import Problem


class ProjectInvalid(Problem):
    """A project cannot be registered so; `errors` name the members that are not among the choices."""

    status = 422
    code = "project-invalid"
    title = "项目信息有误"


class ProjectNeeded(Problem):
    """The item is handled for a registered investment project only, and no code was given."""

    status = 422
    code = "project-needed"
    title = "要先选项目"


class ProjectCodeInvalid(Problem):
    """A text that is no project code; `error` says what is wrong with it: format, month, or that none is asked for."""

    status = 422
    code = "project-code-invalid"
    title = "项目代码有误"


class ProjectUnknown(Problem):
    """A code of the right shape that no project of this city has."""

    status = 422
    code = "project-unknown"
    title = "没有这个项目代码"


class ProjectNotYours(Problem):
    """The code belongs to a project of another applicant."""

    status = 403
    code = "project-not-yours"
    title = "不是本单位的项目"
