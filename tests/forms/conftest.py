"""The houses and browsers of the API tests, for tests that fill whole forms."""

from tests.api.conftest import app, city, client, house, settings, sign_in

__all__ = ["app", "city", "client", "house", "settings", "sign_in"]
