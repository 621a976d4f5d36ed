"""`/api/v1/feedback`, and the desk's list of it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import Controller, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from backend.feedback import service
from backend.feedback.schemas import Feedback, FeedbackPage, FeedbackState
from backend.foundation.web_parameters import After, PageSize
from backend.house import House
from backend.identity.actor import Actor


class FeedbackController(Controller):
    """What is wrong with a page, from anyone."""

    path = "/api/v1/feedback"
    tags = ("feedback",)

    @put("/{feedback_id:uuid}", status_code=204)
    async def send(self, house: NamedDependency[House], feedback_id: FromPath[UUID], data: JSONBody[Feedback]) -> None:
        """Says what is wrong with a page; the phone makes the id, so that sending again is harmless."""
        await service.take(house, str(feedback_id), data)


class DeskFeedbackController(Controller):
    """What people said, for editors and clerks."""

    path = "/api/v1/desk/feedback"
    tags = ("feedback",)

    @get()
    async def list_feedback(
        self,
        house: NamedDependency[House],
        done: FromQuery[Annotated[bool, QueryParameter()]] = False,
        after: After = None,
        limit: PageSize = 20,
    ) -> FeedbackPage:
        """What is not dealt with yet, or with `done` what is; newest first."""
        return await service.read(house, after, limit, done=done)

    @put("/{feedback_id:uuid}/state", status_code=204)
    async def mark(
        self,
        house: NamedDependency[House],
        staff: NamedDependency[Actor],
        feedback_id: FromPath[UUID],
        data: JSONBody[FeedbackState],
    ) -> None:
        """Marks an entry as dealt with, or as open again."""
        await service.mark(house, staff, str(feedback_id), done=data.done)
