"""The attacks use the fixtures of the API's tests: `house`, `app`, `client`, `sign_in`, `live`."""

from __future__ import annotations

from tests.api.conftest import app, city, client, house, live, settings, sign_in

__all__ = ["app", "city", "client", "house", "live", "settings", "sign_in"]
