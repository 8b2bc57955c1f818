"""What follows when a question changes: cards begin anew, and whoever it concerns is told, each once.

The same for a change of the office and for one of the shipped files. Called inside the transaction of the change.
"""

from collections.abc import Iterable, Mapping, Sequence

from domain.outbox import Item, Outcome, Post
from domain.outbox import settle as outcome
from domain.people import Person
from domain.practice.reports import (
    AnswerChanged,
    Report,
    ReportAnswered,
    ReportState,
    RightAnswer,
    TextPart,
    rekeyed,
    right_answer,
    same_choices,
)
from domain.questions import Kind, Question
from storage import audit, outbox
from storage.database import Connection, Database
from storage.practice import reports as store

CHANGED, ANSWERED = "question_changed", "question_answer"  # kinds of messages
EVERYWHERE = ""  # the scope of what concerns all who use the bank


async def after_refresh(
    tx: Connection, before: Mapping[str, tuple[Question, bool]], after: Mapping[str, tuple[Question, bool]], now: int
) -> None:
    """The shipped files took the place of the stored bank: changed keys, and questions that are gone."""
    for question_id, (old, _) in before.items():
        new, live = after[question_id]
        if not live:
            gone = await store.open_reports(tx, EVERYWHERE, question_id)
            await settle(tx, gone, ReportState.RETIRED, None, now)
        elif rekeyed(old, new):
            await audit.append(tx, None, "question.rekey", f"question:{question_id}", now, _keys(old, new))
            await after_key(tx, old, new, None, now)


async def after_key(tx: Connection, old: Question, new: Question, by: Person | None, now: int) -> None:
    """Another answer is right now. ``by``: who changed it, and needs no message; None when the shipped files did.

    Who reported it hears so in answer to the report; the others who ever saw it get a message of their own.
    """
    if old.version != new.version and same_choices(old, new):
        await store.move_items(tx, old, new)
    seen = await store.seen_by(tx, new.id)
    await store.reset_cards(tx, new.id)
    known = right_answer(old)
    reports = await store.open_reports(tx, EVERYWHERE, new.id)
    await settle(tx, reports, ReportState.FIXED, by, now, old=_stored(known))
    heard = {report.person_id for report in reports} | ({by.id} if by else set())
    await _tell(tx, new, known, [person_id for person_id in seen if person_id not in heard], now)


async def _tell(tx: Connection, new: Question, known: RightAnswer, people: Iterable[int], now: int) -> None:
    """One message each, of what they know to what is right. One that still waits is replaced: they know of neither."""
    waiting = [item for item in await outbox.unsent(tx, CHANGED) if item.detail["question"] == new.id]
    await outbox.settle(tx, [outcome(item, Outcome.MOOT, now) for item in waiting], now)
    unheard = {item.person_id: item.detail["old"] for item in waiting}
    posts = [
        Post(
            f"{CHANGED}:{new.id}:{new.version}:{now}:{person_id}",
            CHANGED,
            person_id,
            0,
            now,
            {"question": new.id, "old": unheard.get(person_id, _stored(known))},
        )
        for person_id in people
    ]
    await outbox.add(tx, posts, now)


async def settle(
    tx: Connection,
    reports: Sequence[Report],
    state: ReportState,
    by: Person | None,
    now: int,
    reply: str = "",
    **detail: object,
) -> None:
    """Open reports are answered. Each reporter hears it once, whoever decided it excepted."""
    await store.settle(tx, reports, state, by.id if by else None, reply, now)
    newest = {report.person_id: report for report in reports if by is None or report.person_id != by.id}
    await outbox.add(
        tx,
        [Post(f"{ANSWERED}:{one.id}", ANSWERED, one.person_id, one.id, now, detail) for one in newest.values()],
        now,
    )


def _keys(old: Question, new: Question) -> Mapping[str, object]:
    return {"from": [old.version, sorted(old.key)], "to": [new.version, sorted(new.key)]}


def _stored(answer: RightAnswer) -> Mapping[str, object]:
    return {"kind": answer.kind.value, "texts": list(answer.texts), "true": answer.true}


def _answer(stored: object) -> RightAnswer:
    assert isinstance(stored, dict)
    return RightAnswer(Kind(stored["kind"]), tuple(stored["texts"]), stored["true"])


# messages --------------------------------------------------------------------------------------------------------


async def changed_letter(db: Database, item: Item, _person: Person, _now: int) -> AnswerChanged | None:
    """For ``question_changed``: moot once the question is out of use, or its answer is again what the person knows."""
    live = await db.read(lambda tx: store.live_question(tx, str(item.detail["question"])))
    old = _answer(item.detail["old"])
    return AnswerChanged(live, old) if live is not None and right_answer(live).meaning != old.meaning else None


async def answer_letter(db: Database, item: Item, _person: Person, _now: int) -> ReportAnswered | None:
    """For ``question_answer``: never moot, the reporter waits for it."""

    async def unit(tx: Connection) -> ReportAnswered | None:
        report = await store.report(tx, item.subject_id)
        if report is None:
            return None
        question = await store.question_version(tx, report.question_id, report.version)
        assert question is not None  # the report refers to it
        live, old, part = (
            await store.live_question(tx, report.question_id),
            item.detail.get("old"),
            item.detail.get("part"),
        )
        change = AnswerChanged(live, _answer(old)) if old is not None and live is not None else None
        return ReportAnswered(report, question, change, TextPart(str(part)) if part else None, live)

    return await db.read(unit)
