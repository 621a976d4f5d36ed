"""`/api/v1/me/records`."""

from __future__ import annotations

from litestar import Controller, get
from litestar.di import NamedDependency

from backend.house import House
from backend.identity.actor import Actor
from backend.registers import service
from backend.registers.reading import Registers
from backend.registers.schemas import RecordList


class RecordController(Controller):
    """What the city knows of the caller."""

    path = "/api/v1/me"
    tags = ("registers",)

    @get("/records")
    async def list_records(
        self, house: NamedDependency[House], actor: NamedDependency[Actor], registers: NamedDependency[Registers]
    ) -> RecordList:
        """What the city's registers hold about the caller, or the party of `Acting-For`, each with when it said so."""
        return await service.own_records(house, registers, actor)
