"""One case at every stage that a permit can be in, for whoever has to look at all of them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx

from tests.browser import steps
from tests.browser.furnished_city import settle
from tests.browser.photos import lease, portrait
from tests.browser.served_city import CLERK, RESIDENT, ServedCity, answered, fresh_key, uploaded
from tests.browser.test_shared_work import APPROVER as SIGNS_APPROVER
from tests.browser.test_shared_work import CLERK as SIGNS_CLERK
from tests.browser.test_shared_work import applied
from tests.browser.visitors import Visitor, Visitors
from tests.harness.served import API, STAFF_NUMBERS

OLD = "13911110077"
"""The phone of somebody old enough for what a rule grants at once."""
FOOD, ALLOWANCE = "food-business-license", "subsistence-allowance"
MARKET_CLERK, MARKET_APPROVER = "13900000024", "13900000025"
WELFARE_CLERK, WELFARE_APPROVER = "13900000066", "13900000067"
COUNTER_CLERK = "13900000028"
_ROADS_REVIEWER = "13900000065"
DRESSED = ("correction-asked", "owed", "special-procedure", "hearing-offered", "refused", "revoked")
"""The stages that are looked at in large letters and in English too: those that say most."""
_HOME: dict[str, Any] = {"district": "990102", "street": "990102001000", "detail": "海棠路 18 号 102 铺"}
_SHOP: dict[str, Any] = {
    "business_name": "临江区晓舟早点铺",
    "credit_code": "92990102MA1YH00377",
    "area": 60,
    "category": "餐饮服务经营者",
    "projects": ["hot"],
    "paper": "electronic",
}
_NEED: dict[str, Any] = {
    "detail": "海棠小区 3 栋 502 室",
    "reason": "illness",
    "own_income": 1200,
    "savings": 3000,
    "housing": "rented",
    "vehicle": "none",
    "disability_card": "none",
    "authorised": True,
    "declared": True,
}
_PLACE = {name: _HOME[name] for name in ("district", "street")}
_CARD = {"residence": "household", "card": "electronic"}
_DEFECTS = [
    {"material": "layout", "problem": "平面图上没有标洗碗的地方", "example": "在图上写“洗碗池”三个字"},
    {"material": "application", "problem": "面积和执照上的不一样", "example": "照执照写 58"},
]
_WHY = "现场没有洗碗和消毒的地方，不符合食品安全法第三十三条。"


@dataclass(frozen=True)
class Stage:
    """A case at a stage, the state it is in, and the phones of who has it on their desk and of its applicant."""

    case: str
    state: str
    staff: str = MARKET_CLERK
    resident: str = RESIDENT


@dataclass
class _Office:
    """People at work, each signed in once."""

    city: ServedCity
    browsers: dict[str, httpx.Client] = field(default_factory=dict)

    def of(self, phone: str) -> httpx.Client:
        if phone not in self.browsers:
            self.browsers[phone] = self.city.sign_in(phone)
        return self.browsers[phone]

    def close(self) -> None:
        for browser in self.browsers.values():
            browser.close()
        self.browsers.clear()

    def filed(self, item: str, files: dict[str, bytes], *, by: str = RESIDENT, **values: Any) -> str:
        """The id of a new case."""
        browser = self.of(by)
        me = browser.get(f"{API}/me").json()
        guide = browser.get(f"{API}/items/{item}").json()
        body = {
            "draft": None,
            "item": item,
            "guide_hash": guide["hash"],
            "form_hash": guide["form_hash"],
            "values": {name: me[name] for name in ("name", "id_number", "phone")} | values,
            "files": {name: [uploaded(browser, picture)] for name, picture in files.items()},
            "promise": item == FOOD,
        }
        case: str = answered(browser.post(f"{API}/cases", json=body, headers=fresh_key())).json()["case"]["id"]
        return case

    def food(self) -> str:
        """A food licence whose health certificates are promised for later."""
        browser = self.of(RESIDENT)
        me = browser.get(f"{API}/me").json()
        manager = {name: me[name] for name in ("name", "id_number", "phone")}
        return self.filed(
            FOOD, {"business-licence": portrait(), "layout": lease(me["name"])}, **_HOME, **_SHOP, manager=manager
        )

    def say(self, phone: str, case: str, command: str, **said: Any) -> None:
        """A command of the desk at the case's present version."""
        browser = self.of(phone)
        version = answered(browser.get(f"{API}/desk/cases/{case}")).json()["version"]
        body = {"command": command, "version": version, **said}
        reply = browser.post(f"{API}/desk/cases/{case}/commands", json=body, headers=fresh_key())
        # What was transferred is no longer theirs to see.
        assert reply.is_success or (command, reply.status_code) == ("transfer", 404), reply.text

    def answer(self, case: str, command: str, **said: Any) -> None:
        """A command of the applicant."""
        body = {"command": command, **said}
        answered(self.of(RESIDENT).post(f"{API}/cases/{case}/commands", json=body, headers=fresh_key()))

    def supplied(self, case: str) -> str:
        """The case, once what was promised for it is there."""
        self.answer(case, "supply", files={"health": [uploaded(self.of(RESIDENT), portrait())]})
        return case

    def accepted(self) -> str:
        case = self.food()
        self.say(MARKET_CLERK, case, "accept")
        return case

    def reviewed(self) -> str:
        return self.supplied(self.accepted())


def every_stage(city: ServedCity) -> dict[str, Stage]:
    """Three days of work and one case of six weeks ago, by the name of the stage."""
    now = datetime.now(UTC)
    office = _Office(city)

    def days_ago(days: float) -> None:
        office.close()
        city.set_clock((now - timedelta(days=days)).isoformat(timespec="seconds").replace("+00:00", "Z"))

    days_ago(42)
    lapsed = office.food()
    office.say(MARKET_CLERK, lapsed, "request-correction", defects=_DEFECTS[:1])
    days_ago(3)
    stages = _before_acceptance(office) | _under_review(office) | _decided(office) | _several(office)
    stages["lapsed"] = Stage(lapsed, "lapsed")
    office.close()
    city.set_clock(None)
    _wait_for(city, stages)
    return stages


def _before_acceptance(office: _Office) -> dict[str, Stage]:
    passed, asked, corrected = office.food(), office.food(), office.food()
    office.say(MARKET_CLERK, passed, "pass-pre-check")
    office.say(MARKET_CLERK, asked, "request-correction", defects=_DEFECTS)
    office.say(MARKET_CLERK, corrected, "request-correction", defects=_DEFECTS[:1])
    office.answer(corrected, "correct", files={"layout": [uploaded(office.of(RESIDENT), portrait())]})
    declined, withdrawn, voided = office.food(), office.food(), office.food()
    office.say(
        MARKET_CLERK, declined, "decline", ground="not-competent", body="云海市市场监督管理局", reason="应由市局受理。"
    )
    office.answer(withdrawn, "withdraw")
    office.say(MARKET_APPROVER, voided, "void", reason="申请人同一天交了两份一样的申请。")
    moved = office.city.submit(RESIDENT)
    elsewhere = office.of("13900000013").get(f"{API}/session").json()["account"]["staff"]["department"]["code"]
    office.say(CLERK, moved, "transfer", department=elsewhere, reason="住址在东港区。")
    return {
        "submitted": Stage(office.food(), "submitted"),
        "pre-checked": Stage(passed, "pre-checked"),
        "correction-asked": Stage(asked, "correcting"),
        "correction-sent": Stage(corrected, "submitted"),
        "transferred": Stage(moved, "submitted", "13900000013"),
        "declined": Stage(declined, "declined"),
        "withdrawn": Stage(withdrawn, "withdrawn"),
        "voided": Stage(voided, "voided", MARKET_APPROVER),
    }


def _under_review(office: _Office) -> dict[str, Stage]:
    owed, reviewed = office.accepted(), office.reviewed()
    stopped, longer, offered, heard = office.reviewed(), office.reviewed(), office.reviewed(), office.reviewed()
    until = date.today() + timedelta(days=12)
    office.say(MARKET_CLERK, stopped, "suspend", procedure="testing", until=until.isoformat())
    office.say(MARKET_APPROVER, longer, "extend", days=5, reason="要等检测机构的第二份报告。")
    for case in (offered, heard):
        office.say(MARKET_APPROVER, case, "offer-hearing")
    office.answer(heard, "ask-hearing")
    return {
        "owed": Stage(owed, "accepted", MARKET_APPROVER),
        "accepted": Stage(reviewed, "accepted", MARKET_APPROVER),
        "special-procedure": Stage(stopped, "suspended"),
        "extended": Stage(longer, "accepted", MARKET_APPROVER),
        "hearing-offered": Stage(offered, "hearing-offered", MARKET_APPROVER),
        "hearing": Stage(heard, "hearing", MARKET_APPROVER),
    }


def _decided(office: _Office) -> dict[str, Stage]:
    refused, granted, revoked = office.reviewed(), office.reviewed(), office.reviewed()
    office.say(MARKET_APPROVER, refused, "refuse", reason=_WHY)
    office.say(MARKET_APPROVER, granted, "grant")
    office.say(MARKET_APPROVER, revoked, "grant")
    office.say(MARKET_APPROVER, revoked, "revoke", reason="核查发现健康证明是别人的。")
    # Nobody of the demo accepts for this office.
    there = office.of(WELFARE_APPROVER).get(f"{API}/session").json()["account"]["staff"]["department"]["code"]
    office.city.place_staff(WELFARE_CLERK, ["clerk"], there)
    issuing, delivered = (office.filed(ALLOWANCE, {}, **{**_HOME, **_NEED}) for _ in range(2))
    for case in (issuing, delivered):
        office.say(WELFARE_CLERK, case, "accept")
        office.say(WELFARE_APPROVER, case, "grant")
    office.say(WELFARE_CLERK, delivered, "deliver", compared=[])
    return {
        "refused": Stage(refused, "refused", MARKET_APPROVER),
        "granted": Stage(granted, "granted", MARKET_APPROVER),
        "revoked": Stage(revoked, "revoked", MARKET_APPROVER),
        "to-deliver": Stage(issuing, "issuing", WELFARE_CLERK),
        "delivered": Stage(delivered, "granted", WELFARE_CLERK),
    }


def _several(office: _Office) -> dict[str, Stage]:
    joint = applied(office.city)
    office.say(SIGNS_CLERK, joint, "accept")
    given = {"opinion": "disagree", "reason": "广告牌挡住了红绿灯。"}
    reviewer = office.of(_ROADS_REVIEWER)
    address = f"{API}/desk/cases/{joint}/tasks/traffic/opinion"
    answered(reviewer.post(address, json=given, headers=fresh_key()))
    told = {"name": "孙桂芳", "id_number": "990102194508110266"}
    answered(office.of(OLD).put(f"{API}/me/identity", json=told))
    card = office.filed("senior-card", {"photo": portrait()}, by=OLD, **_PLACE, **_CARD)
    return {
        "joint": Stage(joint, "accepted", SIGNS_APPROVER),
        "by-rule": Stage(card, "granted", COUNTER_CLERK, OLD),
    }


def _wait_for(city: ServedCity, stages: dict[str, Stage]) -> None:
    """Until timers and rules have done their part. Raises TimeoutError."""
    end = time.monotonic() + 60
    left = dict(stages)
    office = _Office(city)
    while left and time.monotonic() < end:
        for name, stage in list(left.items()):
            if answered(office.of(stage.resident).get(f"{API}/cases/{stage.case}")).json()["state"] == stage.state:
                del left[name]
        time.sleep(0.2)
    office.close()
    if left:
        raise TimeoutError(f"not at their stage: {', '.join(left)}")


class Looks:
    """Browsers in which the people of the stages are signed in, each opened when first needed."""

    def __init__(self, visitors: Visitors, city: ServedCity) -> None:
        self._visitors, self._city = visitors, city
        self._opened: dict[str, Visitor] = {}

    def at_home(self, stage: Stage) -> Visitor:
        """The applicant's phone, open at the case."""
        if stage.resident not in self._opened:
            visitor = self._opened[stage.resident] = self._visitors.open(reduced_motion="reduce")
            steps.signed_in(visitor, self._city, stage.resident)
        return self._at(stage.resident, f"/cases/{stage.case}")

    def at_desk(self, stage: Stage) -> Visitor:
        """The desk of who handles it, open at the case."""
        if stage.staff not in self._opened:
            visitor = self._opened[stage.staff] = self._visitors.open("desk", reduced_motion="reduce")
            steps.signed_in_at_desk(visitor, STAFF_NUMBERS[stage.staff])
        return self._at(stage.staff, f"/desk/cases/{stage.case}")

    def _at(self, phone: str, address: str) -> Visitor:
        visitor = self._opened[phone]
        visitor.page.goto(address)
        settle(visitor)
        return visitor
