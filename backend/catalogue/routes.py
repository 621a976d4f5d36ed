"""The catalogue on the wire. Every answer is public, the same for everyone, and named by its content."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, PathParameter
from msgspec import Struct

from backend.catalogue.pages import Page, calendar_page, pages_of
from backend.catalogue.schemas import CalendarView, CityView, ItemList
from backend.city.city import Form
from backend.city.guide import Guide
from backend.foundation.errors import NotFound
from backend.house import House

_REVALIDATE = "public, no-cache"
_IMMUTABLE = "public, max-age=31536000, immutable"
_Key = FromPath[Annotated[str, PathParameter(min_length=1, max_length=64)]]


def _answer(request: Request[object, object, State], page: Page, cache: str = _REVALIDATE) -> Response[bytes]:
    headers = {"ETag": page.etag, "Cache-Control": cache}
    wanted = request.headers.get("if-none-match", "")
    if page.etag in {tag.strip().removeprefix("W/") for tag in wanted.split(",")} or wanted.strip() == "*":
        return Response(b"", status_code=304, headers=headers)
    return Response(page.body, media_type="application/json", headers=headers)


def _body(kind: type[Struct]) -> dict[int, ResponseSpec]:
    """What the pages, which are bytes already, say."""
    return {200: ResponseSpec(kind, generate_examples=False, description="The page; its ETag names its content")}


class CatalogueController(Controller):
    """The city, its items and guides, its forms and its calendar."""

    path = "/api/v1"
    tags = ("catalogue",)

    @get("/city", summary="The city and its divisions", responses=_body(CityView))
    async def city(self, request: Request[object, object, State], house: NamedDependency[House]) -> Response[bytes]:
        return _answer(request, pages_of(house.city).city)

    @get("/items", summary="All items, for search on the phone", responses=_body(ItemList))
    async def items(self, request: Request[object, object, State], house: NamedDependency[House]) -> Response[bytes]:
        return _answer(request, pages_of(house.city).items)

    @get("/items/{key:str}", summary="The guide of an item", responses=_body(Guide))
    async def guide(
        self, request: Request[object, object, State], house: NamedDependency[House], key: _Key
    ) -> Response[bytes]:
        page = pages_of(house.city).guides.get(key)
        if page is None:
            raise NotFound("没有这个事项。请从首页重新查找。")
        return _answer(request, page)

    @get("/forms/{hash_:str}", summary="A form by the hash it is pinned under", responses=_body(Form))
    async def form(
        self, request: Request[object, object, State], house: NamedDependency[House], hash_: _Key
    ) -> Response[bytes]:
        page = pages_of(house.city).forms.get(hash_)
        if page is None:
            raise NotFound("没有这份表单。请重新打开事项。")
        return _answer(request, page, _IMMUTABLE)

    @get("/calendar", summary="Published working days and days of rest", responses=_body(CalendarView))
    async def calendar(self, request: Request[object, object, State]) -> Response[bytes]:
        return _answer(request, calendar_page())
