"""Reports about questions, versions that the office makes, and how a question is answered, in the database."""

from collections.abc import Iterable, Mapping

from domain.practice.reports import LAPSES, Reason, Report, ReportState, Usage
from domain.questions import Question
from storage.database import Connection, Row
from storage.practice.running import body_of, question_of

# A reporter's part of the tree, for whoever reads reports or figures.
_IN_SCOPE = """JOIN people p ON p.id = {of}.person_id
               JOIN units u ON u.id = p.unit_id AND substr(u.path, 1, length(:scope)) = :scope"""


# questions -------------------------------------------------------------------------------------------------------


async def live_question(tx: Connection, question_id: str) -> Question | None:
    """The version that new runs draw; None when there is none."""
    row = await tx.one("SELECT body FROM questions WHERE id = :id AND live = 1", id=question_id)
    return question_of(row) if row else None


async def newest_questions(tx: Connection) -> dict[str, tuple[Question, bool]]:
    """Of every question the live version, or the highest if none is, and whether it is live; by id."""
    rows = await tx.all("SELECT id, body, live FROM questions ORDER BY id, live, version")
    last = {row["id"]: row for row in rows}
    return {id_: (question_of(row), bool(row["live"])) for id_, row in last.items()}


async def newest_question(tx: Connection, question_id: str) -> Question | None:
    """The live version, or the highest if none is."""
    row = await tx.one(
        "SELECT body FROM questions WHERE id = :id ORDER BY live DESC, version DESC LIMIT 1", id=question_id
    )
    return question_of(row) if row else None


async def question_version(tx: Connection, question_id: str, version: int) -> Question | None:
    """One version, in use or not."""
    row = await tx.one(
        "SELECT body FROM questions WHERE id = :id AND version = :version", id=question_id, version=version
    )
    return question_of(row) if row else None


async def last_version(tx: Connection, question_id: str) -> int:
    """The highest number that a version of the question has."""
    row = await tx.one("SELECT coalesce(max(version), 0) AS n FROM questions WHERE id = :id", id=question_id)
    return int(row["n"]) if row else 0


async def add_version(tx: Connection, question: Question, now: int) -> None:
    """A version of the office takes the place of the live one."""
    await tx.run("UPDATE questions SET live = 0 WHERE id = :id AND live = 1", id=question.id)
    await tx.run(
        """INSERT INTO questions (id, version, topic, body, live, origin, made_at)
           VALUES (:id, :version, :topic, :body, 1, 'office', :now)""",
        id=question.id,
        version=question.version,
        topic=question.topic,
        body=body_of(question),
        now=now,
    )


async def retire(tx: Connection, question_id: str) -> bool:
    """No new run draws it. It is the office's from now on: the shipped files do not bring the same version back."""
    changed = await tx.run(
        "UPDATE questions SET live = 0, origin = 'office' WHERE id = :id AND live = 1", id=question_id
    )
    return changed == 1


async def move_items(tx: Connection, old: Question, new: Question) -> None:
    """What is asked in open runs and not answered yet is judged by ``new``, whose options must be the same."""
    await tx.run(
        """UPDATE run_items SET question_version = :new
            WHERE question_id = :id AND question_version = :old AND answered_at IS NULL
              AND run_id IN (SELECT id FROM runs WHERE state = 'open')""",
        id=old.id,
        old=old.version,
        new=new.version,
    )


async def reset_cards(tx: Connection, question_id: str) -> None:
    """What people remember of it is void: it counts as new for all. That they saw it stays known."""
    await tx.run(
        """UPDATE cards SET shown = 0, missed = 0, stability = NULL, difficulty = NULL, due_at = 0, before = NULL,
                            missed_last = 0
            WHERE question_id = :id""",
        id=question_id,
    )


async def seen_by(tx: Connection, question_id: str) -> tuple[int, ...]:
    """The present people who were ever asked it, in whatever version."""
    rows = await tx.all(
        """SELECT c.person_id FROM cards c JOIN people p ON p.id = c.person_id AND p.left_at IS NULL
            WHERE c.question_id = :id ORDER BY c.person_id""",
        id=question_id,
    )
    return tuple(row["person_id"] for row in rows)


# how they are answered -------------------------------------------------------------------------------------------

_USAGE = f"""
    SELECT c.question_id, count(*) AS people, sum(c.shown) AS answers, sum(c.missed) AS wrong,
           sum(CASE WHEN c.missed >= {LAPSES} THEN 1 ELSE 0 END) AS lapsing
      FROM cards c {_IN_SCOPE.format(of="c")} WHERE c.shown > 0
"""


def _usage(row: Row) -> Usage:
    return Usage(row["people"], row["answers"], row["wrong"], row["lapsing"])


async def usages(tx: Connection, scope: str) -> Mapping[str, Usage]:
    """How every question that was asked is answered in one part of the tree, by id."""
    rows = await tx.all(f"{_USAGE} GROUP BY c.question_id", scope=scope)
    return {row["question_id"]: _usage(row) for row in rows}


async def usage(tx: Connection, scope: str, question_id: str) -> Usage:
    """The same for one question."""
    row = await tx.one(f"{_USAGE} AND c.question_id = :id GROUP BY c.question_id", scope=scope, id=question_id)
    return _usage(row) if row else Usage()


async def asked_of(tx: Connection, question_id: str) -> int:
    """How many people have a card that a new key would make void."""
    row = await tx.one("SELECT count(*) AS n FROM cards WHERE question_id = :id AND shown > 0", id=question_id)
    return int(row["n"]) if row else 0


# reports ---------------------------------------------------------------------------------------------------------

_FIELDS = """r.id, r.question_id, r.question_version, r.person_id, r.reason, r.words, r.state, r.reply, r.created_at,
             r.settled_at"""
_REPORT = f"SELECT {_FIELDS} FROM question_reports r"


def _report(row: Row) -> Report:
    return Report(
        id=row["id"],
        question_id=row["question_id"],
        version=row["question_version"],
        person_id=row["person_id"],
        reason=Reason(row["reason"]),
        words=row["words"],
        state=ReportState(row["state"]),
        reply=row["reply"],
        created_at=row["created_at"],
        settled_at=row["settled_at"],
    )


async def report(tx: Connection, report_id: int) -> Report | None:
    """One report."""
    row = await tx.one(f"{_REPORT} WHERE r.id = :id", id=report_id)
    return _report(row) if row else None


async def report_of(tx: Connection, person_id: int, question: Question) -> Report | None:
    """What the person said of this version."""
    row = await tx.one(
        f"{_REPORT} WHERE r.question_id = :id AND r.question_version = :version AND r.person_id = :person",
        id=question.id,
        version=question.version,
        person=person_id,
    )
    return _report(row) if row else None


async def add_report(
    tx: Connection, person_id: int, question: Question, reason: Reason, words: str, state: ReportState, now: int
) -> bool:
    """What a person says of a version, once. ``state``: open, or what is true of it already. False for a second one."""
    changed = await tx.run(
        """INSERT INTO question_reports (question_id, question_version, person_id, reason, words, state, settled_at,
                                         created_at)
           VALUES (:id, :version, :person, :reason, :words, :state, :settled, :now)
           ON CONFLICT (question_id, question_version, person_id) DO NOTHING""",
        id=question.id,
        version=question.version,
        person=person_id,
        reason=reason.value,
        words=words,
        state=state.value,
        settled=None if state is ReportState.OPEN else now,
        now=now,
    )
    return changed == 1


async def open_reports(tx: Connection, scope: str, question_id: str | None = None) -> tuple[Report, ...]:
    """Open reports of people in one part of the tree, oldest first; of one question, or of all."""
    only = "AND r.question_id = :id" if question_id is not None else ""
    values = {"id": question_id} if question_id is not None else {}
    rows = await tx.all(
        f"{_REPORT} {_IN_SCOPE.format(of='r')} WHERE r.state = 'open' {only} ORDER BY r.id", scope=scope, **values
    )
    return tuple(_report(row) for row in rows)


async def reported_count(tx: Connection, scope: str) -> int:
    """How many questions have open reports of people in one part of the tree."""
    row = await tx.one(
        f"""SELECT count(DISTINCT r.question_id) AS n FROM question_reports r {_IN_SCOPE.format(of="r")}
             WHERE r.state = 'open'""",
        scope=scope,
    )
    return int(row["n"]) if row else 0


async def settle(
    tx: Connection, reports: Iterable[Report], state: ReportState, by: int | None, reply: str, now: int
) -> None:
    """What became of open reports. ``by``: who decided; None when the shipped files did."""
    await tx.many(
        """UPDATE question_reports SET state = :state, settled_by = :by, reply = :reply, settled_at = :now
            WHERE id = :id AND state = 'open'""",
        [{"id": one.id, "state": state.value, "by": by, "reply": reply, "now": now} for one in reports],
    )


async def reports_by(tx: Connection, person_id: int) -> list[dict[str, str | int | None]]:
    """Every report of a person, for the export of the own data."""
    rows = await tx.all(
        """SELECT question_id, question_version, reason, words, state, reply, created_at, settled_at
             FROM question_reports WHERE person_id = :person ORDER BY id""",
        person=person_id,
    )
    return [dict(row) for row in rows]
