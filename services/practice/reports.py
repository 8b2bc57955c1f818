"""[题目有误]: a person reports a question of an own run; the office looks, changes, rejects or retires, all audited.

A change of the office is a version of its own; the bank in memory is renewed here, before anybody is answered. After a
crash between the two the next start loads what was stored.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from content import bank as bank_files
from content.bank_checks import wording_faults
from content.facts import load_facts
from domain.errors import MovedOn, NotForRole, NotFound, NotYours
from domain.people import Person, Role, require_role
from domain.practice import rekeyed
from domain.practice.reports import (
    BadText,
    Complaint,
    Inbox,
    KeyRefused,
    NotAnswered,
    QuestionCard,
    Reason,
    Rekeying,
    Report,
    Reported,
    ReportState,
    TextPart,
    Usage,
    may_be_key,
    next_version,
    one_sentence,
    reworded,
    tally,
    wording_of,
)
from domain.questions import Question
from services.practice.changes import EVERYWHERE, after_key, settle
from services.practice.running import Bank
from storage import audit, drafts, people
from storage import practice as runs
from storage.database import Connection, Database
from storage.drafts import Draft
from storage.practice import reports as store

FORM = "report"  # the kind of every form of this area


class Step(StrEnum):
    """What the form waits for."""

    WORDS = "words"  # a sentence about what is wrong
    TEXT = "text"  # the new wording
    REASON = "reason"  # why a report is rejected


@dataclass(frozen=True, slots=True)
class Settled:
    """A question after the office's press. ``done``: it was this press; otherwise somebody was faster."""

    card: QuestionCard
    done: bool = True


# reporting -------------------------------------------------------------------------------------------------------


async def look(db: Database, bank: Bank, person: Person, run_id: int, position: int, now: int) -> Reported:
    """The item, and what the person said of it before. Closes a form for it. Raises NotYours, NotAnswered."""

    async def unit(tx: Connection) -> Reported:
        await _close(tx, person, now)
        return await _own(tx, bank, person, run_id, position)

    return await db.write(unit)


async def report(
    db: Database, bank: Bank, person: Person, run_id: int, position: int, reason: Reason, now: int
) -> Reported:
    """A reason without words. One report a version: a second one changes nothing. Raises NotYours, NotAnswered."""

    async def unit(tx: Connection) -> Reported:
        return await _report(tx, await _own(tx, bank, person, run_id, position), reason, "", now)

    return await db.write(unit)


async def ask_words(
    db: Database, bank: Bank, person: Person, run_id: int, position: int, origin: str, now: int
) -> Reported:
    """[其他]: the next message says what is wrong, unless it was reported before. Raises NotYours, NotAnswered."""

    async def unit(tx: Connection) -> Reported:
        found = await _own(tx, bank, person, run_id, position)
        if found.report is None:
            data = json.dumps({"run": run_id, "position": position})
            await drafts.begin(tx, person.id, FORM, Step.WORDS.value, data, origin, now)
        return found

    return await db.write(unit)


async def take_words(db: Database, bank: Bank, person: Person, draft: Draft, text: str, now: int) -> Reported:
    """What is wrong, in own words. Raises NoWords, WordsTooLong; then the form stays."""
    words, about = one_sentence(text), json.loads(draft.data)

    async def unit(tx: Connection) -> Reported:
        found = await _own(tx, bank, person, about["run"], about["position"])
        await _close(tx, person, now)
        return await _report(tx, found, Reason.OTHER, words, now)

    return await db.write(unit)


async def _own(tx: Connection, bank: Bank, person: Person, run_id: int, position: int) -> Reported:
    run = await runs.run(tx, run_id, bank.known)
    if run is None or run.person_id != person.id:
        raise NotYours
    item = next((item for item in run.items if item.position == position), None)
    if item is None or not item.answered:
        raise NotAnswered
    return Reported(run, item, await store.report_of(tx, person.id, item.question))


async def _report(tx: Connection, found: Reported, reason: Reason, words: str, now: int) -> Reported:
    person_id, question = found.run.person_id, found.item.question
    state = _already(question, await store.live_question(tx, question.id))
    first = await store.add_report(tx, person_id, question, reason, words, state, now)
    if first:
        detail = {"version": question.version, "reason": reason.value}
        await audit.append(tx, person_id, "question.report", f"question:{question.id}", now, detail)
    return replace(found, report=await store.report_of(tx, person_id, question), first=first)


def _already(question: Question, live: Question | None) -> ReportState:
    """What is true of a report at once: of an old run's question that was retired or corrected since."""
    if live is None:
        return ReportState.RETIRED
    corrected = live.version != question.version and rekeyed(question, live)
    return ReportState.FIXED if corrected else ReportState.OPEN


# looking ---------------------------------------------------------------------------------------------------------


async def inbox(db: Database, bank: Bank, caller: Person, now: int) -> Inbox:
    """Reported questions and suspect ones. Closes the office's form. Raises NotForRole."""

    async def unit(tx: Connection) -> Inbox:
        office = await _office(tx, caller)
        await _close(tx, office, now)
        usages = await store.usages(tx, office.scope)
        reports: dict[str, list[Report]] = {}
        for one in await store.open_reports(tx, office.scope):
            reports.setdefault(one.question_id, []).append(one)
        reported = [
            Complaint(await _newest(tx, id_), tally(one.reason for one in said), usages.get(id_, Usage()))
            for id_, said in reports.items()
        ]
        suspect = [
            Complaint(question, {}, usages[question.id])
            for question in bank.live
            if question.id not in reports and question.id in usages and usages[question.id].suspect
        ]
        return Inbox(tuple(reported), tuple(suspect))

    return await db.write(unit)


async def card(db: Database, caller: Person, question_id: str, now: int) -> QuestionCard:
    """One question. Closes the office's form. Raises NotForRole, NotFound."""

    async def unit(tx: Connection) -> QuestionCard:
        office = await _office(tx, caller)
        await _close(tx, office, now)
        return await _card(tx, office, question_id)

    return await db.write(unit)


async def in_use(db: Database, caller: Person, question_id: str, version: int) -> QuestionCard:
    """The question while ``version`` is the live one. Raises NotForRole, NotFound, MovedOn."""

    async def unit(tx: Connection) -> QuestionCard:
        shown = await _card(tx, await _office(tx, caller), question_id)
        if not shown.live or shown.question.version != version:
            raise MovedOn
        return shown

    return await db.read(unit)


async def rekeying(db: Database, caller: Person, question_id: str, version: int, key: frozenset[int]) -> Rekeying:
    """What another key would do. Raises NotForRole, NotFound, MovedOn."""

    async def unit(tx: Connection) -> Rekeying:
        office = await _office(tx, caller)
        question = await _live(tx, question_id, version)
        reporters = {one.person_id for one in await store.open_reports(tx, EVERYWHERE, question_id)}
        told = (reporters | set(await store.seen_by(tx, question_id))) - {office.id}
        return Rekeying(question, key, await store.asked_of(tx, question_id), len(told))

    return await db.read(unit)


async def _office(tx: Connection, caller: Person) -> Person:
    """The caller as the rows have them now, of the office. Raises NotForRole."""
    person = await people.person(tx, caller.id)
    if person is None:
        raise NotForRole
    require_role(person, Role.OFFICE)
    return person


async def _newest(tx: Connection, question_id: str) -> Question:
    question = await store.newest_question(tx, question_id)
    if question is None:
        raise NotFound
    return question


async def _live(tx: Connection, question_id: str, version: int) -> Question:
    question = await _newest(tx, question_id)
    live = await store.live_question(tx, question_id)
    if live is None or question.version != version:
        raise MovedOn
    return question


async def _card(tx: Connection, office: Person, question_id: str) -> QuestionCard:
    question, live = await _newest(tx, question_id), await store.live_question(tx, question_id)
    reports = await store.open_reports(tx, office.scope, question_id)
    return QuestionCard(question, live is not None, reports, await store.usage(tx, office.scope, question_id))


async def _close(tx: Connection, person: Person, now: int) -> None:
    draft = await drafts.awaiting(tx, person.id)
    if draft is not None and draft.kind == FORM:
        await drafts.close(tx, draft.id, now)


# changing --------------------------------------------------------------------------------------------------------


async def renew(db: Database, bank: Bank) -> None:
    """The bank in memory as it is stored now. One at a time, so that an older reading never comes last."""
    async with bank.renewing:
        known, live = await db.read(runs.whole_bank)
        bank.become(bank.known | known, live)


async def _changing(db: Database, bank: Bank, unit: Callable[[Connection], Awaitable[Settled]]) -> Settled:
    settled = await db.write(unit)
    await renew(db, bank)
    return settled


async def rekey(
    db: Database, bank: Bank, caller: Person, question_id: str, version: int, key: frozenset[int], now: int
) -> Settled:
    """[确认改答案]: a version with another key. Raises NotForRole, NotFound, KeyRefused."""

    async def unit(tx: Connection) -> Settled:
        office = await _office(tx, caller)
        old = await _newest(tx, question_id)
        if old.version != version or await store.live_question(tx, question_id) is None:
            return Settled(await _card(tx, office, question_id), done=await _made(tx, old, version, key))
        if not may_be_key(old, key):
            raise KeyRefused
        new = await _put(tx, bank, old, replace(old, key=key), now)
        detail = {"from": [version, sorted(old.key)], "to": [new.version, sorted(key)]}
        await audit.append(tx, office.id, "question.rekey", f"question:{question_id}", now, detail)
        await after_key(tx, old, new, office, now)
        return Settled(await _card(tx, office, question_id))

    return await _changing(db, bank, unit)


async def _made(tx: Connection, newest: Question, version: int, key: frozenset[int]) -> bool:
    """Whether the newest version is ``version`` with this key: then the same press came twice."""
    before = await store.question_version(tx, newest.id, version)
    return before is not None and newest.key == key != before.key


async def _put(tx: Connection, bank: Bank, old: Question, wanted: Question, now: int) -> Question:
    """The office's version takes the place of ``old``. Runs may show it as soon as this is committed."""
    new = next_version(wanted, await store.last_version(tx, old.id) + 1)
    await store.add_version(tx, new, now)
    bank.known[new.id, new.version] = new
    return new


async def ask_text(
    db: Database, caller: Person, question_id: str, version: int, part: TextPart, origin: str, now: int
) -> Question:
    """The next message is the new wording of ``part``. Raises NotForRole, NotFound, MovedOn."""

    async def unit(tx: Connection) -> Question:
        office = await _office(tx, caller)
        question = await _live(tx, question_id, version)
        data = json.dumps({"question": question_id, "version": version, "part": part.value})
        await drafts.begin(tx, office.id, FORM, Step.TEXT.value, data, origin, now)
        return question

    return await db.write(unit)


async def reword(db: Database, bank: Bank, caller: Person, draft: Draft, text: str, now: int) -> Settled:
    """The new wording. Nobody's card changes. Raises BadText, and then nothing has changed and the form stays."""
    about = json.loads(draft.data)
    question_id, part, wording = str(about["question"]), TextPart(about["part"]), text.strip()
    await _check_wording(bank, question_id, part, wording)

    async def unit(tx: Connection) -> Settled:
        office = await _office(tx, caller)
        await _close(tx, office, now)
        old, live = await _newest(tx, question_id), await store.live_question(tx, question_id)
        if live is None or old.version != about["version"]:
            return Settled(await _card(tx, office, question_id), done=False)
        new = await _put(tx, bank, old, reworded(old, part, wording), now)
        detail = {"part": part.value, "from": [old.version, wording_of(old, part)], "to": [new.version, wording]}
        await audit.append(tx, office.id, "question.reword", f"question:{question_id}", now, detail)
        reports = await store.open_reports(tx, EVERYWHERE, question_id)
        await settle(tx, reports, ReportState.FIXED, office, now, part=part.value)
        return Settled(await _card(tx, office, question_id))

    return await _changing(db, bank, unit)


async def _check_wording(bank: Bank, question_id: str, part: TextPart, wording: str) -> None:
    """Raise BadText with the first fault that the bank's checks would find, and that is not there already."""
    old, facts = bank.asked_as(question_id), load_facts()
    faults = bank_files.wording_faults(part.value, wording)
    if not faults and old is not None:
        new = reworded(old, part, wording)
        found = await asyncio.to_thread(wording_faults, new, bank.live, facts)
        faults = [fault for fault in found if fault not in wording_faults(old, bank.live, facts)] if found else []
    if faults:
        raise BadText(fault=faults[0])


async def ask_reason(db: Database, caller: Person, question_id: str, origin: str, now: int) -> QuestionCard:
    """[驳回]: the next message says why, to those who reported until now. Raises NotForRole, NotFound, MovedOn."""

    async def unit(tx: Connection) -> QuestionCard:
        office = await _office(tx, caller)
        shown = await _card(tx, office, question_id)
        if not shown.reports:
            raise MovedOn
        data = json.dumps({"question": question_id, "newest": shown.newest})
        await drafts.begin(tx, office.id, FORM, Step.REASON.value, data, origin, now)
        return shown

    return await db.write(unit)


async def reject(db: Database, caller: Person, draft: Draft, text: str, now: int) -> Settled:
    """Why the question stays as it is. Raises NoWords, WordsTooLong; then the form stays."""
    reason, about = one_sentence(text), json.loads(draft.data)

    async def unit(tx: Connection) -> Settled:
        office = await _office(tx, caller)
        await _close(tx, office, now)
        found = await store.open_reports(tx, office.scope, about["question"])
        meant = [one for one in found if one.id <= about["newest"]]
        await settle(tx, meant, ReportState.REJECTED, office, now, reason)
        if meant:
            detail = {"reports": [one.id for one in meant]}
            await audit.append(tx, office.id, "question.reject", f"question:{about['question']}", now, detail)
        return Settled(await _card(tx, office, about["question"]), done=bool(meant))

    return await db.write(unit)


async def retire(db: Database, bank: Bank, caller: Person, question_id: str, version: int, now: int) -> Settled:
    """[停用]: no new run, wrong book or weak point has it any more. Raises NotForRole, NotFound."""

    async def unit(tx: Connection) -> Settled:
        office = await _office(tx, caller)
        newest, live = await _newest(tx, question_id), await store.live_question(tx, question_id)
        if live is None or live.version != version:
            return Settled(await _card(tx, office, question_id), done=live is None and newest.version == version)
        await store.retire(tx, question_id)
        await audit.append(tx, office.id, "question.retire", f"question:{question_id}", now, {"version": version})
        reports = await store.open_reports(tx, EVERYWHERE, question_id)
        await settle(tx, reports, ReportState.RETIRED, office, now)
        return Settled(await _card(tx, office, question_id))

    return await _changing(db, bank, unit)
