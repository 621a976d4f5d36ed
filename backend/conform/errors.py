"""What a conformance operation raises on a request of a wrong shape."""


class BadRequest(Exception):
    """A field of the request is missing or of a wrong type. ``detail`` names it."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail
