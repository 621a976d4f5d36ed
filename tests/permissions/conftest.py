"""The walk uses the fixtures of the API's tests: `house`, `app`, `city`."""

from __future__ import annotations

from tests.api.conftest import app, city, house, settings

__all__ = ["app", "city", "house", "settings"]
