"""`GET /api/v1/projects/{code}`: a project with its cases on one page."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath, PathParameter

from backend.cases.project_cases import ProjectPage, project_page
from backend.foundation.web_parameters import After, PageSize
from backend.house import House
from backend.identity.actor import Actor


class ProjectCasesController(Controller):
    """The page of one project."""

    path = "/api/v1/projects"
    tags = ("projects",)

    @get("/{code:str}")
    async def read_project(
        self,
        house: NamedDependency[House],
        actor: NamedDependency[Actor],
        code: FromPath[Annotated[str, PathParameter(min_length=1, max_length=40)]],
        after: After = None,
        limit: PageSize = 20,
    ) -> ProjectPage:
        """The project's facts and its cases, as far as the caller may see them."""
        return await project_page(house, actor, code, after, limit)
