"""What an applicant says with a command after the first: files and answers, judged as those of the application were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backend.cases.commands import NOTHING, Saying
from backend.cases.engine import command_of
from backend.cases.errors import CommandRefused, MaterialMissing
from backend.cases.records import Case
from backend.cases.schemas import ResidentCommand, Submission
from backend.cases.submission import check_files, check_values, not_taken, not_taken_words
from backend.foundation.errors import NotFound
from backend.house import House
from backend.identity.actor import Actor
from backend.parties.service import applicant_of

_ON_PAPER = frozenset({"show", "surrender", "onsite"})


async def saying_of(house: House, actor: Actor, case: Case, given: ResidentCommand) -> Saying:
    """What an applicant says with a command, with its files and answers judged.

    Raises MaterialMissing for what a notice asks for and is not there, FormInvalid, FilesMissing, CommandRefused for
    files or answers that nobody asked for.
    """
    command = command_of(case.lifecycle, given.command)
    asks = command.asks if command else []
    if "correction" in asks:
        wanted = case.state.asked_for
    elif "fulfilment" in asks:
        wanted = case.state.owed
    else:
        if given.files or given.values is not None:
            raise CommandRefused("这一步不用提交材料。", refusal={"code": "not-asked-for"})
        return NOTHING
    by_key = {each.key: each for each in case.guide.materials}
    unasked = sorted(set(given.files) - wanted)
    if unasked:
        raise CommandRefused(
            "只补通知书里列出的材料，别的不用动。", refusal={"code": "not-asked-for", "materials": unasked}
        )
    forms = {key for key in wanted if by_key[key].handover in ("form", "commitment")}
    if given.values is not None and not forms:
        raise CommandRefused("通知书没有要求改表格。", refusal={"code": "not-asked-for", "materials": []})
    pictures = {key: hashes for key, hashes in given.files.items() if hashes}
    # What is shown or handed over at the counter is not sent; naming it says that it was brought there.
    answered = {key for key in wanted if key in pictures or by_key[key].handover in _ON_PAPER}
    if given.values is not None:
        answered |= forms
    missing = sorted(wanted - answered)
    if "correction" in asks and missing:
        names = "、".join(by_key[key].name.zh for key in missing)
        raise MaterialMissing(f"还缺：{names}。请一次补齐再提交。", materials=missing)
    crowded = sorted(key for key, hashes in pictures.items() if len(hashes) > by_key[key].max_files)
    if crowded:
        names = "、".join(f"{by_key[key].name.zh}最多 {by_key[key].max_files} 个文件" for key in crowded)
        raise CommandRefused(f"文件太多：{names}。", refusal={"code": "too-many-files", "materials": crowded})
    stored = await check_files(house, case.subject_id, pictures)
    if wrong := not_taken(case.guide, pictures, stored):
        refusal = {"code": "file-not-taken", "materials": sorted(wrong)}
        raise CommandRefused(not_taken_words(case.guide, wrong), refusal=refusal)
    await _judge_values(house, actor, case, given.values)
    pages = {file.sha256: file.pages for file in stored}
    return Saying(_data(asks, answered, given.values), values=given.values, files=pictures, pages=pages)


def _data(asks: Sequence[str], answered: set[str], values: Mapping[str, Any] | None) -> dict[str, Any]:
    said: dict[str, Any] = {"corrected" if "correction" in asks else "fulfilled": sorted(answered)}
    return said if values is None else {**said, "answers": True}


async def _judge_values(house: House, actor: Actor, case: Case, values: Mapping[str, Any] | None) -> None:
    if values is None:
        return
    if case.guide.form_hash is None:
        raise NotFound("这个事项没有表格。")
    submission = Submission(case.guide.key, case.guide.hash, case.guide.form_hash, dict(values), {})
    applicant = await applicant_of(house, actor)
    check_values(house.city, case.guide, submission, applicant, house.time.today())
