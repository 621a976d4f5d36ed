"""Every article that standards §3.3 reads out of the law, each held by the pure engine and the clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec
import pytest

from backend.cases.clock import clock_as_it_stands, explained
from backend.cases.engine import CaseState, Context, Given, Refusal, decide, evolve
from backend.cases.joint import due_of
from backend.cases.statements import last_day, timers_of
from backend.cases.terms import Terms, terms_of
from backend.city.structures import Lifecycle, Limit
from backend.foundation.calendar_published import published_calendar
from backend.foundation.time_source import SHANGHAI, legal_day
from tests.unit.cases.histories import CITY, DEPARTMENTS, JOINT, LIFECYCLES, PEOPLE, TERMS

PERMIT = LIFECYCLES["promised/permit"]
OTHERS = [each for each in LIFECYCLES.values() if each.regime.key != "permit"]
GUIDE = next(each.guide for each in CITY.items.values() if each.guide.regime == "permit" and each.guide.statutory)


NOTHING: Mapping[str, Any] = MappingProxyType({})


class Act(NamedTuple):
    """Who gives which command on which day, with a reason or not, and what it says."""

    day: str
    person: str
    command: str
    said: Mapping[str, Any] = NOTHING
    has_reason: bool = True


def at(day: str) -> int:
    """Ten in the morning of a day."""
    return int(datetime.combine(date.fromisoformat(day), datetime.min.time(), SHANGHAI).timestamp() * 1000) + 36_000_000


def judged(acts: list[Act], lifecycle: Lifecycle = PERMIT, terms: Terms = TERMS) -> tuple[CaseState, Refusal | None]:
    """The state after all acts; or before the last one, with its refusal. Only the last may be refused."""
    state = CaseState()
    for position, act in enumerate(acts):
        given = Given(act.command, act.has_reason, act.said)
        departments = DEPARTMENTS.get(act.person, frozenset())
        context = Context(act.person, PEOPLE[act.person], at(act.day), departments=departments)
        decided = decide(lifecycle, state, given, context, terms)
        if isinstance(decided, Refusal):
            assert position == len(acts) - 1, (act, decided)
            return state, decided
        for fact in decided:
            state = evolve(lifecycle, state, fact)
    return state, None


FILED = Act("2026-03-02", "resident", "submit", {"missing": [], "department": "here"})
PROMISED = Act("2026-03-02", "resident", "submit", {"missing": ["lease"], "department": "here"})
NOTICE = Act("2026-03-03", "xu", "request-correction", {"defects": ["proof", "photo"]})
CORRECTED = Act("2026-03-05", "resident", "correct", {"corrected": ["proof", "photo"]})
ACCEPTED = Act("2026-03-02", "xu", "accept")
OFFERED = Act("2026-03-09", "cheng", "offer-hearing")
EXTENDED = Act("2026-03-20", "cheng", "extend", {"days": 10})

LEADS_TO: list[tuple[str, str, list[Act], str]] = [
    (
        "32(1)",
        "what needs no permit is said at once",
        [FILED, Act("2026-03-02", "xu", "decline", {"ground": "not-needed"})],
        "declined",
    ),
    (
        "32(2)",
        "another body is competent, and is named",
        [FILED, Act("2026-03-02", "xu", "decline", {"ground": "not-competent", "body": True})],
        "declined",
    ),
    ("32(4)", "the applicant is told what to correct", [FILED, NOTICE], "correcting"),
    (
        "32(5)",
        "all corrected: it can be accepted",
        [FILED, NOTICE, CORRECTED, Act("2026-03-06", "xu", "accept")],
        "accepted",
    ),
    ("32(4)", "five days of silence: accepted", [FILED, Act("2026-03-10", "timer", "deem-accepted")], "accepted"),
    (
        "45",
        "a procedure stops the clock",
        [FILED, ACCEPTED, Act("2026-03-09", "he", "suspend", {"procedure": "testing", "until": "2026-03-20"})],
        "suspended",
    ),
    (
        "47",
        "a hearing is asked for within five days",
        [FILED, ACCEPTED, OFFERED, Act("2026-03-16", "resident", "ask-hearing")],
        "hearing",
    ),
    (
        "47",
        "nobody asked in five days: the review goes on",
        [FILED, ACCEPTED, OFFERED, Act("2026-03-17", "timer", "pass-hearing")],
        "accepted",
    ),
    (
        "容缺",
        "what was promised and has not come closes the case",
        [PROMISED, ACCEPTED, Act("2026-03-17", "timer", "lapse-commitment")],
        "lapsed",
    ),
]

REFUSED: list[tuple[str, str, list[Act], str]] = [
    (
        "31",
        "a material that no guide lists is not asked for",
        [FILED, Act("2026-03-03", "xu", "request-correction", {"defects": ["diploma"]})],
        "unlisted-material",
    ),
    (
        "32(2)",
        "not competent, and nobody named",
        [FILED, Act("2026-03-02", "xu", "decline", {"ground": "not-competent"})],
        "body-needed",
    ),
    ("32", "not accepted, without a ground", [FILED, Act("2026-03-02", "xu", "decline")], "statement-needed"),
    (
        "32",
        "not accepted, without a reason",
        [FILED, Act("2026-03-02", "xu", "decline", {"ground": "not-lawful"}, has_reason=False)],
        "reason-needed",
    ),
    (
        "32(4)",
        "an old defect comes too late",
        [FILED, NOTICE, CORRECTED, Act("2026-03-06", "xu", "request-correction", {"defects": ["form"]})],
        "old-defect",
    ),
    (
        "32(4)",
        "on the fifth day nothing is deemed yet",
        [FILED, Act("2026-03-09", "timer", "deem-accepted")],
        "too-early",
    ),
    (
        "32(5)",
        "half a correction is none",
        [FILED, NOTICE, Act("2026-03-05", "resident", "correct", {"corrected": ["proof"]})],
        "correction-incomplete",
    ),
    (
        "38",
        "a refusal without reasons",
        [FILED, ACCEPTED, Act("2026-03-20", "cheng", "refuse", has_reason=False)],
        "reason-needed",
    ),
    ("42", "an extension without reasons", [FILED, ACCEPTED, EXTENDED._replace(has_reason=False)], "reason-needed"),
    (
        "42",
        "an extension that nobody in charge approved",
        [FILED, ACCEPTED, EXTENDED._replace(person="xu")],
        "not-yours",
    ),
    (
        "42",
        "an extension of eleven days",
        [FILED, ACCEPTED, EXTENDED._replace(said={"days": 11})],
        "extension-too-long",
    ),
    ("42", "a second extension", [FILED, ACCEPTED, EXTENDED._replace(said={"days": 5}), EXTENDED], "only-once"),
    (
        "47",
        "on the fifth day the right to a hearing is still there",
        [FILED, ACCEPTED, OFFERED, Act("2026-03-16", "timer", "pass-hearing")],
        "too-early",
    ),
    (
        "容缺",
        "nothing is granted while something is owed",
        [PROMISED, ACCEPTED, Act("2026-03-09", "cheng", "grant")],
        "commitment-open",
    ),
    (
        "受办分离",
        "whoever accepted decides",
        [FILED, ACCEPTED._replace(person="all"), Act("2026-03-09", "all", "grant")],
        "same-person",
    ),
    *(
        (
            "45",
            f"the clock stops for {cause}",
            [FILED, ACCEPTED, Act("2026-03-09", "he", "suspend", {"procedure": cause, "until": "2026-03-20"})],
            "clock-runs",
        )
        # Art. 45 lists none of these: they stop the clock only where the item names its own law.
        for cause in ("site-visit", "public-notice", "making-the-certificate", "post")
    ),
]


def names(table: list[tuple[str, str, list[Act], str]]) -> list[str]:
    """What each row of a table is called."""
    return [f"{article}: {what}" for article, what, _, _ in table]


@pytest.mark.parametrize(("article", "what", "acts", "state"), LEADS_TO, ids=names(LEADS_TO))
def test_the_law_opens_this_way(article: str, what: str, acts: list[Act], state: str) -> None:
    reached, refusal = judged(acts)
    assert (refusal, reached.state) == (None, state), (article, what)


@pytest.mark.parametrize(("article", "what", "acts", "rule"), REFUSED, ids=names(REFUSED))
def test_the_law_closes_this_way_and_the_refusal_says_why(article: str, what: str, acts: list[Act], rule: str) -> None:
    _, refusal = judged(acts)
    assert refusal is not None, what
    assert refusal.rule == rule
    if article[0].isdigit() and rule not in ("statement-needed", "not-yours", "too-early"):
        assert refusal.article is not None, article
        assert refusal.sentence.zh


def test_what_is_deemed_accepted_counts_from_the_day_on_which_it_was_received() -> None:
    state, _ = judged([FILED, Act("2026-03-30", "timer", "deem-accepted")])
    assert state.started_at is not None
    assert legal_day(state.started_at).isoformat() == FILED.day


def test_a_correction_begins_the_days_of_acceptance_anew_and_none_after_it_touches_the_clock() -> None:
    corrected, _ = judged([FILED, NOTICE, CORRECTED])
    assert last_day(PERMIT, corrected, "acceptance", TERMS) == date(2026, 3, 12)
    owing, _ = judged([PROMISED, ACCEPTED])
    supplied, refusal = judged([PROMISED, ACCEPTED, Act("2026-03-10", "resident", "supply", {"fulfilled": ["lease"]})])
    assert refusal is None
    assert supplied.started_at == owing.started_at
    assert supplied.pauses == ()


@pytest.mark.parametrize(
    ("start", "acts", "days", "due"),
    [
        ("2026-03-02", [], 20, "2026-03-30"),
        ("2026-09-18", [], 20, "2026-10-22"),
        ("2026-12-14", [], 20, "2027-01-12"),
        ("2026-02-13", [], 5, "2026-02-27"),
        ("2026-09-24", [], 5, "2026-10-09"),
        ("2026-03-02", [EXTENDED], 30, "2026-04-14"),
        (
            "2026-03-02",
            [
                Act("2026-03-09", "he", "suspend", {"procedure": "expert-review", "until": "2026-03-20"}),
                Act("2026-03-20", "he", "resume"),
            ],
            20,
            "2026-04-14",
        ),
        (
            "2026-03-02",
            [
                Act("2026-03-09", "he", "suspend", {"procedure": "testing", "until": "2026-03-31"}),
                Act("2026-03-10", "he", "resume"),
            ],
            20,
            "2026-04-01",
        ),
    ],
)
def test_a_permit_is_decided_within_its_working_days_less_what_art_45_stops_and_plus_what_art_42_adds(
    start: str, acts: list[Act], days: int, due: str
) -> None:
    filed = FILED._replace(day=start)
    state, refusal = judged([filed, ACCEPTED._replace(day=start), *acts])
    assert refusal is None
    assert GUIDE.statutory is not None
    limit = days - state.extended
    statutory = msgspec.structs.replace(GUIDE.statutory, value=limit, unit="workday")
    guide = msgspec.structs.replace(GUIDE, statutory=statutory, promised=Limit(limit, "workday"))
    today = date.fromisoformat(max([start, *(act.day for act in acts)]))
    clock = clock_as_it_stands(guide, state, today, published_calendar())
    assert clock is not None
    lane = next(each for each in clock.lanes if each.key == "statutory")
    assert (lane.due.isoformat(), lane.days) == (due, days)
    assert lane.article is not None
    if date.fromisoformat(due).year > 2026:
        assert clock.basis == "estimate"


TOGETHER = next(each.guide for each in CITY.items.values() if each.guide.joint)
JOINT_PERMIT = LIFECYCLES["promised/permit/joint"]
JOINT_TERMS = terms_of(TOGETHER, published_calendar())


def test_what_is_handled_jointly_has_forty_five_days_by_art_42_2_and_the_pack_says_how_it_is_handled() -> None:
    assert TOGETHER.joint is not None
    assert TOGETHER.joint.handling == "unified"
    assert TOGETHER.statutory is not None
    said = TOGETHER.statutory
    assert (said.value, said.unit, said.extension) == (45, "workday", 15)
    assert said.source.zh == "行政许可法第四十二条第二款"
    assert TOGETHER.joint.approver.zh == "本级人民政府负责人"


JOINTLY: list[tuple[str, str, list[Act], str | None]] = [
    ("42(2)", "fifteen days more", [EXTENDED._replace(said={"days": 15})], None),
    ("42(2)", "sixteen days more", [EXTENDED._replace(said={"days": 16})], "joint-extension-too-long"),
    ("42(2)", "more days, without reasons", [EXTENDED._replace(has_reason=False)], "reason-needed"),
    ("42(2)", "a second extension", [EXTENDED._replace(said={"days": 5}), EXTENDED], "only-once"),
]


@pytest.mark.parametrize(
    ("article", "what", "acts", "rule"), JOINTLY, ids=[f"{each[0]}: {each[1]}" for each in JOINTLY]
)
def test_what_is_handled_jointly_is_extended_once_by_fifteen_days_at_most(
    article: str, what: str, acts: list[Act], rule: str | None
) -> None:
    filed = FILED._replace(said={"missing": [], "department": TOGETHER.offices[0].department.code})
    _, refusal = judged([filed, ACCEPTED, *acts], JOINT_PERMIT, JOINT_TERMS)
    assert (refusal.rule if refusal else None) == rule, what
    if refusal is not None and rule == "joint-extension-too-long":
        assert refusal.article is not None
        assert refusal.article.zh == "行政许可法第四十二条第二款"
        assert "本级人民政府负责人批准" in refusal.sentence.zh
        assert refusal.facts == {"limit": 15, "actual": 16}


@pytest.mark.parametrize(
    ("start", "acts", "days", "due"),
    [
        # 6 April and 1, 4 and 5 May 2026 are free, Saturday 9 May is worked.
        ("2026-03-02", [], 45, "2026-05-08"),
        ("2026-03-02", [EXTENDED._replace(said={"days": 15})], 60, "2026-05-28"),
    ],
)
def test_the_clock_of_what_is_handled_jointly_counts_and_cites_art_42_2(
    start: str, acts: list[Act], days: int, due: str
) -> None:
    filed = FILED._replace(day=start, said={"missing": [], "department": TOGETHER.offices[0].department.code})
    state, refusal = judged([filed, ACCEPTED._replace(day=start), *acts], JOINT_PERMIT, JOINT_TERMS)
    assert refusal is None
    today = date.fromisoformat(max([start, *(act.day for act in acts)]))
    clock = clock_as_it_stands(TOGETHER, state, today, published_calendar())
    assert clock is not None
    lane = next(each for each in explained(clock, JOINT_PERMIT, TOGETHER, state).lanes if each.key == "statutory")
    assert (lane.due.isoformat(), lane.days, lane.extension) == (due, days, days - 45)
    assert lane.article is not None
    assert lane.article.zh == "行政许可法第四十二条第二款"
    added = [line for line in lane.lines if line.code in ("extension", "joint-extension")]
    assert {line.code for line in added} == ({"joint-extension"} if acts else set())
    assert {line.article.zh for line in added if line.article} == ({"行政许可法第四十二条第二款"} if acts else set())


FIRST = msgspec.structs.replace(JOINT.tasks[0], limit=PERMIT.regime.limits["first-review"], after=[], first_review=True)
HANDED_UP = msgspec.structs.replace(JOINT, tasks=(FIRST,))
REVIEWED = Act("2026-03-20", "he", "give-opinion", {"task": FIRST.key, "opinion": "agree"})


@pytest.mark.parametrize("decision", ["grant", "refuse"])
def test_nothing_is_decided_before_the_lower_authority_handed_up_its_review_of_art_43(decision: str) -> None:
    _, refusal = judged([FILED, ACCEPTED, Act("2026-03-09", "cheng", decision)], JOINT_PERMIT, HANDED_UP)
    assert refusal is not None
    assert refusal.rule == "first-review-awaited"
    assert refusal.article is not None
    assert refusal.article.zh == "行政许可法第三十五条、第四十三条"
    assert refusal.facts == {"tasks": [FIRST.key]}
    state, refused = judged([FILED, ACCEPTED, REVIEWED, Act("2026-03-23", "cheng", decision)], JOINT_PERMIT, HANDED_UP)
    assert refused is None
    assert state.decided_at == at("2026-03-23")


def test_the_lower_authority_has_twenty_working_days_from_acceptance() -> None:
    state, _ = judged([FILED, ACCEPTED], JOINT_PERMIT, HANDED_UP)
    opened = state.tasks[FIRST.key]
    assert (FIRST.limit.value, FIRST.limit.unit) == (20, "workday")
    assert FIRST.limit.article is not None
    assert FIRST.limit.article.zh == "行政许可法第四十三条"
    assert due_of(FIRST, opened, state.pauses, date(2026, 3, 2), published_calendar()) == date(2026, 3, 30)


def test_once_it_is_accepted_nobody_asks_the_applicant_for_material_again() -> None:
    asking = [each for each in JOINT_PERMIT.commands if "defects" in each.asks]
    assert asking
    for command in asking:
        for acts in ([FILED, ACCEPTED], [FILED, ACCEPTED, REVIEWED]):
            for person in ("xu", "he", "cheng", "all"):
                said = Act("2026-03-23", person, command.key, {"defects": ["proof"]})
                _, refusal = judged([*acts, said], JOINT_PERMIT, HANDED_UP)
                assert refusal is not None
                assert refusal.rule in ("not-allowed-now", "not-yours")


@pytest.mark.parametrize("procedure", [each.key for each in PERMIT.regime.procedures])
def test_each_procedure_of_art_45_stops_the_clock_and_its_time_ends_by_itself(procedure: str) -> None:
    terms = msgspec.structs.replace(TERMS, procedures=frozenset(each.key for each in PERMIT.regime.procedures))
    state, _ = judged([FILED, ACCEPTED])
    said = {"procedure": procedure, "until": "2026-03-20"}
    context = Context("he", PEOPLE["he"], at("2026-03-09"))
    decided = decide(PERMIT, state, Given("suspend", data=said), context, terms)
    assert not isinstance(decided, Refusal)
    stopped = evolve(PERMIT, state, decided[0])
    assert dict(timers_of(PERMIT, stopped, terms)) == {"resume-on-time": date(2026, 3, 20)}


def test_art_45_names_eight_procedures_and_no_others() -> None:
    named = {each.name.zh for each in PERMIT.regime.procedures}
    assert named == {"听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定", "专家评审"}


def test_a_result_on_paper_is_delivered_within_the_ten_days_of_art_44() -> None:
    terms = msgspec.structs.replace(TERMS, paper_result=True)
    state, _ = judged([FILED, ACCEPTED])
    decided = decide(PERMIT, state, Given("grant"), Context("cheng", PEOPLE["cheng"], at("2026-03-20")), terms)
    assert not isinstance(decided, Refusal)
    granted = evolve(PERMIT, state, decided[0])
    limit = PERMIT.regime.limits["delivery"]
    assert (granted.state, limit.value, limit.unit) == ("issuing", 10, "workday")
    assert granted.decided_at == at("2026-03-20"), "the clock of the decision ends with the decision"


def test_a_hearing_is_held_within_twenty_days_and_its_days_do_not_count() -> None:
    limit = PERMIT.regime.limits["hearing"]
    assert (limit.value, limit.unit) == (20, "workday")
    state, _ = judged(
        [
            FILED,
            ACCEPTED,
            OFFERED,
            Act("2026-03-11", "resident", "ask-hearing"),
            Act("2026-03-25", "he", "close-hearing"),
        ]
    )
    assert [(each.first, each.last) for each in state.pauses] == [(date(2026, 3, 11), date(2026, 3, 25))]


def test_the_days_of_the_permit_law_are_working_days_and_remedies_are_named() -> None:
    assert PERMIT.regime.day_unit_by_law == "workday"
    assert all(limit.unit == "workday" for limit in PERMIT.regime.limits.values())
    remedies = PERMIT.regime.remedies
    assert (remedies.reconsideration.value, remedies.reconsideration.unit) == (60, "day")
    assert (remedies.litigation.value, remedies.litigation.unit) == (6, "month")


@pytest.mark.parametrize("lifecycle", OTHERS, ids=[f"{each.key}/{each.regime.key}" for each in OTHERS])
def test_nothing_else_is_under_the_permit_law(lifecycle: Lifecycle) -> None:
    commands = {each.key for each in lifecycle.commands}
    assert not commands & {"deem-accepted", "offer-hearing", "ask-hearing", "pass-hearing"}
    said = [rule.article for rule in [*lifecycle.regime.rules.values(), *lifecycle.regime.articles.values()]]
    limits = [limit.article for limit in lifecycle.regime.limits.values()]
    for article in [*said, *limits, *(each.article for each in lifecycle.regime.procedures)]:
        assert article is None or "行政许可法" not in article.zh, article


def test_the_notice_leaves_everybody_the_same_days_to_correct() -> None:
    state, _ = judged([FILED, NOTICE])
    limit = PERMIT.regime.limits["correction"]
    assert state.correction_due is not None
    assert state.correction_due > date.fromisoformat(NOTICE.day) + timedelta(days=limit.value - 1)


def test_days_on_which_the_clock_stands_still_do_not_count_against_what_was_promised() -> None:
    stopped = [
        PROMISED,
        ACCEPTED,
        Act("2026-03-09", "he", "suspend", {"procedure": "testing", "until": "2026-03-27"}),
        Act("2026-03-30", "timer", "resume-on-time"),
    ]
    state, refusal = judged(stopped)
    assert refusal is None
    # Ten working days from 2 March, of which 9 to 27 March stood still: four before, six after.
    assert last_day(PERMIT, state, "commitment", TERMS) == date(2026, 4, 7)
    _, early = judged([*stopped, Act("2026-04-07", "timer", "lapse-commitment")])
    assert early is not None
    assert early.rule == "too-early"
    _, sent = judged([*stopped, Act("2026-04-07", "resident", "supply", {"fulfilled": ["lease"]})])
    assert sent is None


@pytest.mark.parametrize("noticed", ["2026-03-24", "2026-04-10"])
def test_a_stated_time_ends_on_its_last_day_however_late_that_is_noticed(noticed: str) -> None:
    disclosure = LIFECYCLES["disclosure/disclosure"]
    state, refusal = judged(
        [
            Act("2026-03-02", "resident", "submit", {"missing": [], "department": "here"}),
            Act("2026-03-02", "xu", "register"),
            Act("2026-03-02", "xu", "consult-third-party"),
            Act(noticed, "timer", "third-party-on-time"),
        ],
        disclosure,
    )
    assert refusal is None
    assert [(each.first, each.last) for each in state.pauses] == [(date(2026, 3, 2), date(2026, 3, 23))]
