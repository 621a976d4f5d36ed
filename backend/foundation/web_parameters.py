"""Parameters that many routes share: the idempotency key and the place and size of a page."""

from __future__ import annotations

from typing import Annotated

from litestar.params import FromHeader, FromQuery, HeaderParameter, QueryParameter

Key = FromHeader[
    Annotated[
        str,
        HeaderParameter(name="Idempotency-Key", min_length=8, max_length=64, pattern=r"^[A-Za-z0-9-]+$"),
    ]
]
After = FromQuery[Annotated[str | None, QueryParameter(max_length=400)]]
PageSize = FromQuery[Annotated[int, QueryParameter(ge=1, le=100)]]
REPLAYED = {"Idempotency-Replayed": "true"}
