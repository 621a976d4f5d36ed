"""Who gives a command, as the engine's rules see them."""

from __future__ import annotations

from backend.cases.engine import Context
from backend.cases.records import Case, departments_of
from backend.house import House
from backend.identity.actor import Actor
from backend.parties.service import stands_for


async def context_of(house: House, actor: Actor, case: Case) -> Context:
    """The actor as the rules see them. The caller has made sure that the actor may see the case."""
    now = house.time.now()
    if actor.staff is not None:
        departments = frozenset(departments_of(house.city, actor))
        return Context(actor.account_id, frozenset(actor.staff.roles), now, await stands_for(house, actor), departments)
    # Who may see a case as its applicant's may also speak for that applicant (`records.is_own`).
    return Context(actor.account_id, frozenset(), now, frozenset({case.state.applicant or actor.account_id}))
