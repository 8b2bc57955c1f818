"""Groups, and the questions that were put to them, in the database. Totals only. Decides nothing.

Reads that a tick makes do not grow with history: what waits, what is open and what is unknown have partial indexes.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, time

from domain.people import Unit, UnitKind
from domain.practice.quizzes import DAILY, SHOWN, Group, Quiz, QuizState
from domain.questions import Question
from storage.database import Connection, Row

Bank = Mapping[tuple[str, int], Question]

# groups ----------------------------------------------------------------------------------------------------------

_GROUP = """
    SELECT g.id, g.chat_id, g.title, g.bound_at, g.left_at, g.daily_at, g.daily_from,
           u.id AS unit_id, u.kind AS unit_kind, u.name AS unit_name, u.parent_id, u.path,
           CASE WHEN u.kind = 'team' THEN s.name END AS station
      FROM groups g JOIN units u ON u.id = g.unit_id LEFT JOIN units s ON s.id = u.parent_id
"""


def _group(row: Row) -> Group:
    unit = Unit(row["unit_id"], UnitKind(row["unit_kind"]), row["unit_name"], row["parent_id"], row["path"])
    at = time.fromisoformat(row["daily_at"]) if row["daily_at"] else None
    return Group(
        row["id"],
        row["chat_id"],
        row["title"],
        unit,
        row["station"],
        row["bound_at"],
        row["left_at"],
        at,
        row["daily_from"],
    )


async def group(tx: Connection, group_id: int) -> Group | None:
    """One group that the bot is in, by id."""
    row = await tx.one(f"{_GROUP} WHERE g.id = :id AND g.left_at IS NULL", id=group_id)
    return _group(row) if row else None


async def group_in(tx: Connection, chat_id: int) -> Group | None:
    """The group that a chat is; None when it belongs to no unit."""
    row = await tx.one(f"{_GROUP} WHERE g.chat_id = :chat AND g.left_at IS NULL", chat=chat_id)
    return _group(row) if row else None


async def groups(tx: Connection, scope: str) -> tuple[Group, ...]:
    """The groups of the units whose path begins with ``scope``, by unit."""
    rows = await tx.all(
        f"""{_GROUP} WHERE g.left_at IS NULL AND substr(u.path, 1, length(:scope)) = :scope ORDER BY u.path, g.id""",
        scope=scope,
    )
    return tuple(_group(row) for row in rows)


async def groups_above(tx: Connection, path: str) -> tuple[Group, ...]:
    """The groups of the unit with this path and of those above it."""
    rows = await tx.all(
        f"{_GROUP} WHERE g.left_at IS NULL AND substr(:path, 1, length(u.path)) = u.path ORDER BY u.path, g.id",
        path=path,
    )
    return tuple(_group(row) for row in rows)


async def with_daily(tx: Connection) -> tuple[Group, ...]:
    """The groups that have a daily question."""
    rows = await tx.all(f"{_GROUP} WHERE g.left_at IS NULL AND g.daily_at IS NOT NULL ORDER BY g.id")
    return tuple(_group(row) for row in rows)


async def bind(tx: Connection, chat_id: int, title: str, unit_id: int, person_id: int, now: int) -> bool:
    """The chat belongs to a unit from ``now`` on. False when it belongs to one already."""
    changed = await tx.run(
        """INSERT INTO groups (chat_id, title, unit_id, bound_by, bound_at) VALUES (:chat, :title, :unit, :by, :now)
           ON CONFLICT (chat_id) DO UPDATE
              SET title = excluded.title, unit_id = excluded.unit_id, bound_by = excluded.bound_by,
                  bound_at = excluded.bound_at, left_at = NULL, daily_at = NULL, daily_from = NULL
            WHERE groups.left_at IS NOT NULL""",
        chat=chat_id,
        title=title,
        unit=unit_id,
        by=person_id,
        now=now,
    )
    return changed == 1


async def leave(tx: Connection, chat_id: int, now: int) -> int | None:
    """The bot is in the chat no more. The group's id, None when it belonged to no unit, or was bound after ``now``."""
    row = await tx.one(
        """UPDATE groups SET left_at = :now WHERE chat_id = :chat AND left_at IS NULL AND bound_at <= :now
           RETURNING id""",
        chat=chat_id,
        now=now,
    )
    return row["id"] if row else None


async def drop_waiting(tx: Connection, group_id: int, now: int) -> None:
    """Nothing more is posted to a group, and what stands there has its last totals."""
    await tx.run(
        "UPDATE quizzes SET state = 'failed', cause = 'gone' WHERE group_id = :group AND state = 'planned'",
        group=group_id,
    )
    await tx.run(
        "UPDATE quizzes SET closed_at = :now WHERE group_id = :group AND state = 'posted' AND closed_at IS NULL",
        group=group_id,
        now=now,
    )
    await tx.run(
        "UPDATE class_quizzes SET state = 'finished', ended_at = :now WHERE group_id = :group AND state = 'open'",
        group=group_id,
        now=now,
    )


async def migrate(tx: Connection, old: int, new: int, since: int) -> bool:
    """A group has another chat id. False when the new one is known already.

    That the bot left the old chat since ``since`` (ms UTC) was the upgrade itself and ended nothing.

    Messages have other numbers there: what was posted before can be stopped by its own clock alone.
    """
    row = await tx.one(
        """UPDATE groups SET chat_id = :new, left_at = CASE WHEN left_at >= :since THEN NULL ELSE left_at END
            WHERE chat_id = :old AND NOT EXISTS (SELECT 1 FROM groups o WHERE o.chat_id = :new) RETURNING id""",
        old=old,
        new=new,
        since=since,
    )
    if row is None:
        return False
    await tx.run("UPDATE quizzes SET message_id = NULL WHERE group_id = :group", group=row["id"])
    return True


async def rename(tx: Connection, chat_id: int, title: str) -> None:
    """The group has another title."""
    await tx.run("UPDATE groups SET title = :title WHERE chat_id = :chat", chat=chat_id, title=title)


async def set_daily(tx: Connection, group_id: int, at: time | None, now: int) -> bool:
    """The time of the daily question, None: no more. False when it is that already."""
    text = at.strftime("%H:%M") if at else None
    changed = await tx.run(
        "UPDATE groups SET daily_at = :at, daily_from = :since WHERE id = :id AND daily_at IS DISTINCT FROM :at",
        id=group_id,
        at=text,
        since=now if at else None,
    )
    return changed == 1


# questions -------------------------------------------------------------------------------------------------------

_QUIZ = """
    SELECT q.*, g.chat_id FROM quizzes q JOIN groups g ON g.id = q.group_id
"""


def _quiz(row: Row, bank: Bank) -> Quiz:
    return Quiz(
        id=row["id"],
        group_id=row["group_id"],
        chat_id=row["chat_id"],
        slot=row["slot"],
        day=date.fromisoformat(row["local_date"]),
        question=bank[row["question_id"], row["question_version"]],
        order=tuple(map(int, row["shown_order"])),
        state=QuizState(row["state"]),
        due_at=row["due_at"],
        late_until=row["late_until"],
        closes_at=row["closes_at"],
        message_id=row["message_id"],
        votes=tuple(json.loads(row["votes"])),
        answered=row["answered"],
        closed_at=row["closed_at"],
        cause=row["cause"],
    )


async def days(tx: Connection, group_id: int, since: date) -> frozenset[date]:
    """The days from ``since`` on that have their daily question, posted or not."""
    rows = await tx.all(
        "SELECT local_date FROM quizzes WHERE group_id = :group AND local_date >= :since AND slot = :slot",
        group=group_id,
        since=since.isoformat(),
        slot=DAILY,
    )
    return frozenset(date.fromisoformat(row["local_date"]) for row in rows)


async def used(tx: Connection, group_id: int) -> dict[str, int]:
    """How often each question was put to a group, by question id."""
    rows = await tx.all(
        """SELECT question_id, count(*) AS n FROM quizzes
            WHERE group_id = :group AND question_id IS NOT NULL AND state NOT IN ('failed', 'missed')
            GROUP BY question_id""",
        group=group_id,
    )
    return {row["question_id"]: row["n"] for row in rows}


async def plan(
    tx: Connection,
    group: Group,
    day: date,
    slot: str,
    question: Question,
    order: Sequence[int],
    *,
    due_at: int,
    late_until: int,
    closes_at: int,
    class_id: int | None = None,
) -> bool:
    """A question that is to be posted. False when the group has one of that day and slot."""
    changed = await tx.run(
        """INSERT INTO quizzes (group_id, unit_id, class_id, local_date, slot, question_id, question_version,
                                shown_order, due_at, late_until, closes_at)
           VALUES (:group, :unit, :class, :day, :slot, :question, :version, :order, :due, :late, :closes)
           ON CONFLICT (group_id, local_date, slot) DO NOTHING""",
        group=group.id,
        unit=group.unit.id,
        day=day.isoformat(),
        slot=slot,
        question=question.id,
        version=question.version,
        order="".join(map(str, order)),
        due=due_at,
        late=late_until,
        closes=closes_at,
        **{"class": class_id},
    )
    return changed == 1


async def note_missed(tx: Connection, group: Group, day: date, due_at: int, late_until: int) -> bool:
    """The daily question of a day did not come. False when the day has one."""
    changed = await tx.run(
        """INSERT INTO quizzes (group_id, unit_id, local_date, slot, state, due_at, late_until, closes_at)
           VALUES (:group, :unit, :day, :slot, 'missed', :due, :late, :late)
           ON CONFLICT (group_id, local_date, slot) DO NOTHING""",
        group=group.id,
        unit=group.unit.id,
        day=day.isoformat(),
        slot=DAILY,
        due=due_at,
        late=late_until,
    )
    return changed == 1


async def waiting(tx: Connection, now: int, bank: Bank, *, of_class: bool) -> tuple[Quiz, ...]:
    """Questions that are due to be posted: daily ones, or those of class quizzes."""
    rows = await tx.all(
        f"""{_QUIZ} WHERE q.state = 'planned' AND q.due_at <= :now AND (q.class_id IS NOT NULL) = :of_class
             ORDER BY q.due_at, q.id""",
        now=now,
        of_class=int(of_class),
    )
    return tuple(_quiz(row, bank) for row in rows)


async def lease(tx: Connection, quiz_id: int) -> None:
    """It is about to be posted, before the call: from now on nobody else takes it."""
    await tx.run("UPDATE quizzes SET state = 'posting' WHERE id = :id AND state = 'planned'", id=quiz_id)


async def recover(tx: Connection) -> int:
    """After a start: whatever was in the air when the process ended is unknown. Returns how many."""
    return await tx.run("UPDATE quizzes SET state = 'unknown', cause = 'crash' WHERE state = 'posting'")


async def posted(tx: Connection, quiz_id: int, poll_id: str, message_id: int | None) -> None:
    """It stands in the group."""
    await tx.run(
        """UPDATE quizzes SET state = 'posted', cause = NULL, poll_id = :poll, message_id = :message
            WHERE id = :id AND state IN ('posting', 'unknown')""",
        id=quiz_id,
        poll=poll_id,
        message=message_id,
    )


async def settle(tx: Connection, quiz: Quiz, state: QuizState, cause: str | None, due_at: int) -> None:
    """What became of one that is to be posted and was not."""
    await tx.run(
        """UPDATE quizzes SET state = :state, cause = :cause, due_at = :due
            WHERE id = :id AND state IN ('planned', 'posting')""",
        id=quiz.id,
        state=state.value,
        cause=cause,
        due=due_at,
    )


async def to_close(tx: Connection, before: int, bank: Bank, *, of_class: bool) -> tuple[Quiz, ...]:
    """Posted questions whose closing time was at ``before`` (ms UTC) or earlier, and whose totals are not final."""
    rows = await tx.all(
        f"""{_QUIZ} WHERE q.state = 'posted' AND q.closed_at IS NULL AND q.closes_at <= :before
                      AND (q.class_id IS NOT NULL) = :of_class ORDER BY q.id""",
        before=before,
        of_class=int(of_class),
    )
    return tuple(_quiz(row, bank) for row in rows)


async def by_poll(tx: Connection, poll_id: str, bank: Bank) -> Quiz | None:
    """The question that became this poll."""
    row = await tx.one(f"{_QUIZ} WHERE q.poll_id = :poll", poll=poll_id)
    return _quiz(row, bank) if row else None


async def unknown(tx: Connection, bank: Bank) -> tuple[Quiz, ...]:
    """Questions of which nobody knows whether they were posted, the newest first."""
    rows = await tx.all(f"{_QUIZ} WHERE q.state = 'unknown' AND q.poll_id IS NULL ORDER BY q.id DESC")
    return tuple(_quiz(row, bank) for row in rows)


async def put_totals(tx: Connection, quiz_id: int, votes: Sequence[int], answered: int, closed_at: int | None) -> None:
    """The totals as they are now; with ``closed_at`` (ms UTC) for good."""
    await tx.run(
        """UPDATE quizzes SET votes = :votes, answered = :answered, closed_at = :closed
            WHERE id = :id AND closed_at IS NULL""",
        id=quiz_id,
        votes=json.dumps(list(votes)),
        answered=answered,
        closed=closed_at,
    )


async def close(tx: Connection, quiz_id: int, now: int) -> None:
    """The totals that are known are the last ones."""
    await tx.run("UPDATE quizzes SET closed_at = :now WHERE id = :id AND closed_at IS NULL", id=quiz_id, now=now)


async def recent(tx: Connection, group: Group, bank: Bank) -> tuple[tuple[Quiz, ...], tuple[date, ...]]:
    """The last daily questions put to a group of its present unit, newest first, and the days among them without one."""
    rows = await tx.all(
        f"""{_QUIZ} WHERE q.group_id = :group AND q.unit_id = :unit AND q.slot = :slot
             ORDER BY q.local_date DESC LIMIT :limit""",
        group=group.id,
        unit=group.unit.id,
        slot=DAILY,
        limit=SHOWN,
    )
    came = tuple(_quiz(row, bank) for row in rows if row["state"] != QuizState.MISSED)
    return came, tuple(date.fromisoformat(row["local_date"]) for row in rows if row["state"] == QuizState.MISSED)


# of a class quiz -------------------------------------------------------------------------------------------------


async def any_group(tx: Connection, group_id: int) -> Group:
    """A group that a row refers to, whether the bot is in it or not: groups are never deleted."""
    row = await tx.one(f"{_GROUP} WHERE g.id = :id", id=group_id)
    assert row is not None
    return _group(row)


async def of_class(tx: Connection, class_id: int, bank: Bank) -> tuple[Quiz, ...]:
    """The questions of a class quiz, in the order in which they were put."""
    rows = await tx.all(f"{_QUIZ} WHERE q.class_id = :class ORDER BY q.id", **{"class": class_id})
    return tuple(_quiz(row, bank) for row in rows)


async def close_by(tx: Connection, quiz_id: int, now: int) -> None:
    """It closes at ``now`` (ms UTC), unless it was to close before."""
    await tx.run("UPDATE quizzes SET closes_at = :now WHERE id = :id AND closes_at > :now", id=quiz_id, now=now)
