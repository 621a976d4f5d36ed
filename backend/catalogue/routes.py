"""The catalogue on the wire. Every answer is public, the same for everyone, and named by its content."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, PathParameter, QueryParameter
from msgspec import Struct

from backend.catalogue.published import is_fresh, page_at
from backend.catalogue.schemas import (
    CalendarView,
    ChangeLog,
    CityView,
    Directory,
    GuideVersion,
    ItemList,
    Match,
    RegulationList,
    SearchResult,
)
from backend.catalogue.search import MAXIMUM_QUERY, find, index_of
from backend.city.city import Form
from backend.city.guide import Guide
from backend.foundation.errors import NotFound
from backend.house import House

_Key = FromPath[Annotated[str, PathParameter(min_length=1, max_length=64)]]
_Query = FromQuery[Annotated[str, QueryParameter(name="q", min_length=1, max_length=MAXIMUM_QUERY)]]
_Limit = FromQuery[Annotated[int, QueryParameter(ge=1, le=50)]]
_Request = Request[object, object, State]


def _answer(request: _Request, house: House, path: str, missing: str = "") -> Response[bytes]:
    """What a request gets that published.py did not answer before: another spelling of a path, or nothing there."""
    found = page_at(lambda: house.city, lambda: house.calendar, f"/api/v1/{path}")
    if found is None:
        raise NotFound(missing)
    page, cache = found
    headers = {"ETag": page.etag, "Cache-Control": cache}
    if is_fresh(page, request.headers.get("if-none-match", "")):
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
    async def city(self, request: _Request, house: NamedDependency[House]) -> Response[bytes]:
        return _answer(request, house, "city")

    @get("/items", summary="All items, for search on the phone", responses=_body(ItemList))
    async def items(self, request: _Request, house: NamedDependency[House]) -> Response[bytes]:
        return _answer(request, house, "items")

    @get("/directory", summary="Topics, life events, bundles, departments and places", responses=_body(Directory))
    async def directory(self, request: _Request, house: NamedDependency[House]) -> Response[bytes]:
        return _answer(request, house, "directory")

    @get("/regulations", summary="Texts of law and the items that rely on them", responses=_body(RegulationList))
    async def regulations(self, request: _Request, house: NamedDependency[House]) -> Response[bytes]:
        return _answer(request, house, "regulations")

    @get(
        "/search", summary="Items by what people type: names, pinyin, first letters, spoken words, with a typing error"
    )
    async def search(self, house: NamedDependency[House], typed: _Query, limit: _Limit = 20) -> SearchResult:
        city = house.city
        matches = [
            Match(each.key, city.items[each.key].guide.name, each.way, each.term, each.marked, each.understood)
            for each in find(index_of(city), typed, limit)
        ]
        return SearchResult(city.hash, matches)

    @get("/items/{key:str}", summary="The guide of an item", responses=_body(Guide))
    async def guide(self, request: _Request, house: NamedDependency[House], key: _Key) -> Response[bytes]:
        return _answer(request, house, f"items/{key}", "没有这个事项。请从首页重新查找。")

    @get("/forms/{hash_:str}", summary="A form by the hash it is pinned under", responses=_body(Form))
    async def form(self, request: _Request, house: NamedDependency[House], hash_: _Key) -> Response[bytes]:
        return _answer(request, house, f"forms/{hash_}", "没有这份表单。请重新打开事项。")

    @get("/guides/{hash_:str}", summary="A guide by its hash, as published once", responses=_body(GuideVersion))
    async def guide_version(self, request: _Request, house: NamedDependency[House], hash_: _Key) -> Response[bytes]:
        return _answer(request, house, f"guides/{hash_}", "没有发布过这个版本的指南。")

    @get("/changes", summary="What each publication changed", responses=_body(ChangeLog))
    async def changes(self, request: _Request, house: NamedDependency[House]) -> Response[bytes]:
        return _answer(request, house, "changes")

    @get("/calendar", summary="Published working days and days of rest", responses=_body(CalendarView))
    async def calendar(self, request: _Request, house: NamedDependency[House]) -> Response[bytes]:
        return _answer(request, house, "calendar")
