"""The published working-day calendar that comes with the release (``scripts/publish-calendar`` writes the file)."""

from datetime import date
from functools import lru_cache
from importlib.resources import files

import msgspec

from backend.foundation.clock_rules import Calendar, PublishedYear


class _Year(msgspec.Struct):
    holidays: list[str]
    workdays: list[str]


class _Publication(msgspec.Struct):
    built: date
    years: dict[str, _Year]


@lru_cache(maxsize=1)
def _publication() -> _Publication:
    text = files("backend.foundation").joinpath("calendar_published.json").read_bytes()
    return msgspec.json.decode(text, type=_Publication)


@lru_cache(maxsize=1)
def published_calendar() -> Calendar:
    """The calendar of the release; one loaded from the database may replace it wherever a Calendar is taken."""

    def days(year: str, texts: list[str]) -> frozenset[date]:
        return frozenset(date.fromisoformat(f"{year}-{text}") for text in texts)

    return Calendar(
        {
            int(year): PublishedYear(days(year, found.holidays), days(year, found.workdays))
            for year, found in _publication().years.items()
        }
    )


def build_day() -> date:
    """The day the release's calendar was built: "now" for a pure rule that is given no other."""
    return _publication().built
