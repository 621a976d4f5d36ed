"""A city in the middle of its work: what every screen needs to have something to show."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.browser import steps
from tests.browser.served_city import APPROVER, CLERK, ELDER, NEIGHBOUR, RESIDENT, ServedCity
from tests.browser.visitors import Visitor, Visitors, wait_for_worker
from tests.browser.wording import ZH
from tests.harness.served import ROOT, STAFF_NUMBERS

ROUTES: list[dict[str, str]] = json.loads((ROOT / "pwa" / "routes.json").read_text(encoding="utf-8"))

OTHER_ROLES = {
    "agent": "YH0016",
    "supervisor": "YH0017",
    "editor": "YH0018",
    "system_administrator": "YH0021",
    "security_administrator": "YH0022",
    "audit_administrator": "YH0023",
}
"""Who of the staff beside the clerk looks at screens of their own, by staff number."""


@dataclass
class Furnished:
    """What `routes.json` leaves open in its sample addresses."""

    city: ServedCity
    case: str
    correcting: str
    granted: str
    certificate: str
    token: str
    proposal: str
    catalogue_draft: str
    guide_hash: str
    submission: str = ""
    filing: str = ""
    mending: str = ""

    def address(self, sample: str) -> str:
        """A sample address with everything filled in."""
        known = {
            "case": self.case,
            "correcting": self.correcting,
            "certificate": self.certificate,
            "token": self.token,
            "proposal": self.proposal,
            "catalogue_draft": self.catalogue_draft,
            "guide_hash": self.guide_hash,
            "submission": self.submission,
            "filing": self.filing,
            "mending": self.mending,
        }
        for name, value in known.items():
            sample = sample.replace(f"{{{name}}}", value)
        return sample


def furnish(city: ServedCity) -> Furnished:
    """Some weeks of work: cases waiting, running, overdue, granted and declined, a certificate and a link."""
    now = datetime.now(UTC)

    def days_ago(days: float) -> None:
        city.set_clock((now - timedelta(days=days)).isoformat(timespec="seconds").replace("+00:00", "Z"))

    days_ago(40)
    overdue = city.submit(NEIGHBOUR)
    days_ago(36)
    city.command(CLERK, overdue, "accept")
    days_ago(25)
    granted = city.submit(RESIDENT)
    days_ago(24)
    city.command(CLERK, granted, "accept")
    days_ago(18)
    city.command(APPROVER, granted, "grant")
    days_ago(9)
    case = city.submit(RESIDENT, street="990102002000", detail="听涛北路 6 号望江里 2 栋 1101 室")
    declined = city.submit(ELDER)
    days_ago(6)
    city.command(CLERK, case, "accept")
    city.command(CLERK, declined, "decline", "租房合同已经到期，请续签后重新申请。")
    days_ago(1)
    city.submit(ELDER, ground="employment", proof_kind="employment")
    city.submit(NEIGHBOUR, ground="study", proof_kind="enrolment")
    correcting = city.submit(RESIDENT, detail="听涛路 18 号海棠苑 3 栋 503 室")
    city.ask_correction(CLERK, correcting, "photo", "背景不是白色，比对没通过", "站在白墙前面拍，不戴帽子")
    city.set_clock(None)
    filing = city.file_bundle(RESIDENT)
    mending = city.file_faulty_bundle(RESIDENT)
    link = city.link(RESIDENT, case)
    city.overstep(NEIGHBOUR)
    city.seen_in_person(RESIDENT)
    proposal = city.propose("在云海连续居住满半年，就可以申领居住证。")
    catalogue_draft = city.draft_change("居住证承诺时限改为 12 个工作日")
    return Furnished(
        city,
        case,
        correcting,
        granted,
        city.certificate_of(RESIDENT),
        link.partition("#")[2],
        proposal,
        catalogue_draft,
        city.guide_hash(),
        filing=filing,
        mending=mending,
    )


@dataclass
class Roles:
    """Browsers that `routes.json` speaks of, signed in where its roles ask for it."""

    anyone: Visitor
    resident: Visitor
    staff: Visitor
    others: dict[str, Visitor] = field(default_factory=dict)

    def of(self, role: str) -> Visitor:
        """The browser that sees a route: `staff` is a clerk, other roles of the staff go by their own names."""
        known = {"anyone": self.anyone, "resident": self.resident, "staff": self.staff}
        return (known | self.others)[role]


def roles(visitors: Visitors, furnished: Furnished) -> Roles:
    """Opens the browsers. The resident's phone has also submitted, so that its receipt is there."""
    resident = visitors.open()
    page = steps.signed_in(resident, furnished.city, RESIDENT)
    wait_for_worker(page)
    steps.find_and_start(page)
    steps.fill_form(page)
    # A project belongs to an organisation, and this resident acts for none here.
    resident.watch.expect(r"GET 404 \S+/projects/\S+")
    page.get_by_role("button", name=ZH.submit).click()
    page.get_by_role("link", name=ZH.progress).wait_for()
    furnished.submission = page.url.rpartition("/")[2]
    staff = visitors.open("desk")
    steps.signed_in_at_desk(staff, STAFF_NUMBERS[CLERK])
    others = {role: visitors.open("desk") for role in OTHER_ROLES}
    for role, visitor in others.items():
        steps.signed_in_at_desk(visitor, OTHER_ROLES[role])
    anyone = visitors.open()
    # The return from a platform that the demo city does not have.
    anyone.watch.expect(r"POST 404 \S+/sign-in/unified/return")
    return Roles(anyone, resident, staff, others)


def visitor_of(route: dict[str, str], people: Roles) -> Visitor:
    """Who looks at a route: a receipt and drafts lie on the resident's own phone."""
    return people.resident if "{submission}" in route["sample"] else people.of(route["role"])


def settle(visitor: Visitor) -> None:
    """Waits until a screen has all it asks for."""
    page = visitor.page
    page.get_by_role("heading", level=1).first.wait_for(state="attached")
    page.wait_for_load_state("networkidle")
    page.wait_for_function("!document.querySelector('.skeleton')")


def remember(visitor: Visitor, **settings: str) -> None:
    """Reloads with settings that the phone remembers: `size` standard or elder, `language` zh or en."""
    for name, value in settings.items():
        visitor.page.evaluate("([name, value]) => localStorage.setItem(name, value)", [f"zhangban.{name}", value])
    visitor.page.reload()
    settle(visitor)


def fresh_city(directory: Path) -> Furnished:
    """A furnished city on a server of its own; the caller stops `city`."""
    city = ServedCity(directory)
    try:
        return furnish(city)
    except BaseException:
        city.stop()
        raise
