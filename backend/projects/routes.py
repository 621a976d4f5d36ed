"""`/api/v1/projects`: the investment projects of the organisation the caller acts for."""

from __future__ import annotations

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody

from backend.foundation.web_parameters import REPLAYED, After, Key, PageSize
from backend.house import House
from backend.identity.actor import Actor
from backend.projects import service
from backend.projects.schemas import NewProject, Project, ProjectChoices, ProjectList


class ProjectController(Controller):
    """Registering and listing projects."""

    path = "/api/v1/projects"
    tags = ("projects",)

    @post(responses={201: ResponseSpec(Project, description="The project with its code")})
    async def register(
        self, house: NamedDependency[House], actor: NamedDependency[Actor], key: Key, data: JSONBody[NewProject]
    ) -> Response[Project]:
        """Registers a project of the organisation the caller acts for; the house gives it its code."""
        project, replayed = await service.register(house, actor, key, data)
        return Response(project, headers=REPLAYED if replayed else None)

    @get()
    async def list_projects(
        self, house: NamedDependency[House], actor: NamedDependency[Actor], after: After = None, limit: PageSize = 20
    ) -> ProjectList:
        """The projects of the organisation the caller acts for, newest first."""
        return await service.list_projects(house, actor, after, limit)

    @get("/choices")
    async def choices(self, house: NamedDependency[House]) -> ProjectChoices:
        """Out of what a project's kind, industry and place are chosen."""
        return service.choices(house.city)
