"""The question bank as it was ever shown, practice runs and cards in the database. A tap costs the same for ever."""

import json
from collections.abc import Iterable, Mapping, Sequence

from domain.practice import Card, Focus, Item, Memory, Run, RunState, Subject
from domain.questions import Difficulty, Kind, Question, Topic
from storage.database import Connection, Row, Value

EXAM_TASK = "B15"  # the plan's task that is the exam, as the campaign template calls it
Bank = Mapping[tuple[str, int], Question]


# the bank --------------------------------------------------------------------------------------------------------


def body_of(question: Question) -> str:
    """A question as it stands in the column ``body``."""
    fields = {name: getattr(question, name) for name in Question.__dataclass_fields__}
    return json.dumps(fields | {"key": sorted(question.key)}, ensure_ascii=False)


def question_of(row: Row | Mapping[str, str]) -> Question:
    """The question of a row that has its ``body``."""
    fields = json.loads(row["body"])
    return Question(
        id=fields["id"],
        version=fields["version"],
        topic=Topic(fields["topic"]),
        kind=Kind(fields["kind"]),
        stem=fields["stem"],
        options=tuple(fields["options"]),
        key=frozenset(fields["key"]),
        explanation=fields["explanation"],
        source=fields["source"],
        facts=tuple(fields["facts"]),
        tags=tuple(fields["tags"]),
        difficulty=Difficulty(fields["difficulty"]),
        fixed_order=fields["fixed_order"],
        author=fields["author"],
        reviewer=fields["reviewer"],
        reviewed=fields.get("reviewed", ""),
        picture=fields.get("picture", ""),
    )


async def put_bank(tx: Connection, questions: Iterable[Question], now: int = 0) -> None:
    """Make ``questions`` the shipped part of the live bank; what the office made or mended stays.

    A question that the office has mended or retired gives way only to a higher version of the shipped one. Versions that
    were live before stay readable for the runs that show them.
    """
    await tx.run("UPDATE questions SET live = 0 WHERE live = 1 AND origin = 'shipped'")
    listed: list[dict[str, Value]] = [
        {"id": q.id, "version": q.version, "topic": q.topic, "body": body_of(q), "now": now} for q in questions
    ]
    await tx.many(
        """UPDATE questions SET live = 0 WHERE id = :id AND origin = 'office' AND live = 1 AND version < :version""",
        listed,
    )
    await tx.many(
        """INSERT INTO questions (id, version, topic, body, live, origin, made_at)
           VALUES (:id, :version, :topic, :body,
                   NOT EXISTS (SELECT 1 FROM questions o
                                WHERE o.id = :id AND o.origin = 'office' AND o.version >= :version), 'shipped', :now)
           ON CONFLICT (id, version) DO UPDATE
               SET topic = excluded.topic, body = excluded.body, live = excluded.live
             WHERE questions.origin = 'shipped'""",
        listed,
    )


async def whole_bank(tx: Connection) -> tuple[dict[tuple[str, int], Question], tuple[Question, ...]]:
    """Every version ever shown by (id, version), and the live questions."""
    rows = await tx.all("SELECT id, version, body, live FROM questions ORDER BY id, version")
    known = {(row["id"], row["version"]): question_of(row) for row in rows}
    live = tuple(known[row["id"], row["version"]] for row in rows if row["live"])
    return known, live


# runs ------------------------------------------------------------------------------------------------------------

# With the memory of each question, so that an answer costs no further read.
_RUN = """
    SELECT r.id, r.person_id, r.ordinal, r.topic, r.state, r.exam_at, i.position, i.question_id, i.question_version,
           i.shown_order, i.ticked, i.answered_at, i.noted_at, i.guessed_at, c.stability, c.difficulty, c.last_at, c.due_at
      FROM runs r JOIN run_items i ON i.run_id = r.id
      LEFT JOIN cards c ON c.person_id = r.person_id AND c.question_id = i.question_id
"""


def _run(rows: Sequence[Row], bank: Bank) -> Run | None:
    if not rows:
        return None
    first = rows[0]
    items = tuple(_item(row, bank) for row in rows)
    subject = _subject(first["topic"])
    state = RunState(first["state"])
    return Run(first["id"], first["person_id"], first["ordinal"], subject, state, items, first["exam_at"])


def _subject(text: str | None) -> Subject:
    if text is None:
        return None
    return Focus(text) if text in set(Focus) else Topic(text)


def _item(row: Row, bank: Bank) -> Item:
    return Item(
        position=row["position"],
        question=bank[row["question_id"], row["question_version"]],
        order=tuple(map(int, row["shown_order"])),
        ticked=frozenset(map(int, row["ticked"])),
        answered_at=row["answered_at"],
        noted_at=row["noted_at"],
        guessed_at=row["guessed_at"],
        memory=_memory(row),
    )


def _memory(row: Row) -> Memory | None:
    if row["stability"] is None:
        return None
    return Memory(row["stability"], row["difficulty"], row["last_at"], row["due_at"])


def _digits(indexes: Iterable[int]) -> str:
    return "".join(map(str, indexes))


async def run(tx: Connection, run_id: int, bank: Bank) -> Run | None:
    """A run with its items, whoever owns it."""
    return _run(await tx.all(f"{_RUN} WHERE r.id = :id ORDER BY i.position", id=run_id), bank)


async def open_run(tx: Connection, person_id: int, bank: Bank) -> Run | None:
    """The person's open run."""
    rows = await tx.all(
        f"{_RUN} WHERE r.person_id = :person AND r.state = 'open' ORDER BY i.position", person=person_id
    )
    return _run(rows, bank)


async def latest_run(tx: Connection, person_id: int, bank: Bank) -> Run | None:
    """The person's newest run in whatever state."""
    rows = await tx.all(
        f"""{_RUN} WHERE r.person_id = :person
              AND r.ordinal = (SELECT max(ordinal) FROM runs WHERE person_id = :person) ORDER BY i.position""",
        person=person_id,
    )
    return _run(rows, bank)


async def last_ordinal(tx: Connection, person_id: int) -> int:
    """The number of runs the person has begun."""
    row = await tx.one("SELECT coalesce(max(ordinal), 0) AS n FROM runs WHERE person_id = :person", person=person_id)
    return int(row["n"]) if row else 0


async def drop_open(tx: Connection, person_id: int) -> None:
    """Close the person's open run without a result."""
    await tx.run("UPDATE runs SET state = 'dropped' WHERE person_id = :person AND state = 'open'", person=person_id)


async def add_run(
    tx: Connection, person_id: int, ordinal: int, topic: Subject, items: Sequence[Item], now: int, exam_at: int | None
) -> int:
    """A new open run with its items. Returns its id."""
    row = await tx.one(
        """INSERT INTO runs (person_id, ordinal, topic, state, created_at, exam_at)
           VALUES (:person, :ordinal, :topic, 'open', :now, :exam) RETURNING id""",
        person=person_id,
        ordinal=ordinal,
        topic=topic,
        now=now,
        exam=exam_at,
    )
    assert row is not None
    await tx.many(
        """INSERT INTO run_items (run_id, position, question_id, question_version, shown_order)
           VALUES (:run, :position, :question, :version, :order)""",
        [
            {
                "run": row["id"],
                "position": item.position,
                "question": item.question.id,
                "version": item.question.version,
                "order": _digits(item.order),
            }
            for item in items
        ],
    )
    return int(row["id"])


async def save_ticks(tx: Connection, run_id: int, item: Item) -> None:
    """The options ticked so far on an item that is not answered yet."""
    await tx.run(
        "UPDATE run_items SET ticked = :ticked WHERE run_id = :run AND position = :position AND answered_at IS NULL",
        ticked=_digits(sorted(item.ticked)),
        run=run_id,
        position=item.position,
    )


async def save_answer(tx: Connection, run: Run, item: Item, after: Memory | None, now: int) -> bool:
    """The final answer of an item, and the memory that it leaves. False when it was answered before.

    None as memory: it says nothing of the question as it is asked now, and no card is touched.
    """
    changed = await tx.run(
        """UPDATE run_items SET ticked = :ticked, answered_at = :now, correct = :correct
            WHERE run_id = :run AND position = :position AND answered_at IS NULL""",
        ticked=_digits(sorted(item.ticked)),
        now=now,
        correct=int(item.right),
        run=run.id,
        position=item.position,
    )
    if not changed:
        return False
    if after is not None:
        await _put_card(tx, run, item, after, now)
    if run.state is RunState.FINISHED:
        await tx.run("UPDATE runs SET state = 'finished' WHERE id = :run AND state = 'open'", run=run.id)
    return True


async def _put_card(tx: Connection, run: Run, item: Item, after: Memory, now: int) -> None:
    await tx.run(
        """INSERT INTO cards (person_id, question_id, shown, missed, last_at, stability, difficulty, due_at, before,
                              missed_last)
           VALUES (:person, :question, 1, :missed, :now, :stability, :difficulty, :due, :before, :missed)
           ON CONFLICT (person_id, question_id) DO UPDATE
               SET shown = cards.shown + 1, missed = cards.missed + excluded.missed, last_at = excluded.last_at,
                   stability = excluded.stability, difficulty = excluded.difficulty, due_at = excluded.due_at,
                   before = excluded.before, missed_last = excluded.missed_last""",
        person=run.person_id,
        question=item.question.id,
        missed=int(item.wrong),
        now=now,
        stability=after.stability,
        difficulty=after.difficulty,
        due=after.due_at,
        before=_kept(item.memory),
    )


def _kept(memory: Memory | None) -> str | None:
    return json.dumps([memory.stability, memory.difficulty, memory.last_at, memory.due_at]) if memory else None


async def before_last(tx: Connection, person_id: int, question_id: str) -> Memory | None:
    """The memory before the last answer; None when that was the first."""
    row = await tx.one(
        "SELECT before FROM cards WHERE person_id = :person AND question_id = :question",
        person=person_id,
        question=question_id,
    )
    return Memory(*json.loads(row["before"])) if row and row["before"] else None


async def save_guess(tx: Connection, run: Run, item: Item, after: Memory) -> None:
    """A right answer was a guess: the item is marked, and the memory is that of a guess."""
    await tx.run(
        "UPDATE run_items SET guessed_at = :at WHERE run_id = :run AND position = :position AND guessed_at IS NULL",
        at=item.guessed_at,
        run=run.id,
        position=item.position,
    )
    await tx.run(
        """UPDATE cards SET stability = :stability, difficulty = :difficulty, due_at = :due
            WHERE person_id = :person AND question_id = :question""",
        stability=after.stability,
        difficulty=after.difficulty,
        due=after.due_at,
        person=run.person_id,
        question=item.question.id,
    )


async def save_note(tx: Connection, run_id: int, item: Item) -> None:
    """A wrong answer's explanation was acknowledged."""
    await tx.run(
        "UPDATE run_items SET noted_at = :at WHERE run_id = :run AND position = :position AND noted_at IS NULL",
        at=item.noted_at,
        run=run_id,
        position=item.position,
    )


async def cards(tx: Connection, person_id: int) -> dict[str, Card]:
    """What is known of the person, by question id; nothing of a question that counts as new."""
    rows = await tx.all(
        """SELECT question_id, shown, missed, last_at, stability, difficulty, due_at, missed_last
             FROM cards WHERE person_id = :person AND shown > 0""",
        person=person_id,
    )
    return {
        row["question_id"]: Card(
            row["question_id"], row["shown"], row["missed"], row["last_at"], _memory(row), bool(row["missed_last"])
        )
        for row in rows
    }


async def asked_again(tx: Connection, person_id: int, since: int) -> int:
    """How many questions the person was asked again since ``since`` (ms UTC): those that had been answered before."""
    row = await tx.one(
        "SELECT count(*) AS n FROM cards WHERE person_id = :person AND last_at >= :since AND before IS NOT NULL",
        person=person_id,
        since=since,
    )
    return int(row["n"]) if row else 0


async def exam_day(tx: Connection) -> str | None:
    """The day of the exam as an ISO date: the due date of the plan's task for it; None while it is undecided."""
    row = await tx.one("SELECT due_on FROM tasks WHERE code = :code AND state <> 'dropped'", code=EXAM_TASK)
    return row["due_on"] if row else None


async def totals(tx: Connection, person_id: int) -> tuple[int, int]:
    """How many answers a person has given, and how many runs they have begun."""
    row = await tx.one("SELECT coalesce(sum(shown), 0) AS n FROM cards WHERE person_id = :person", person=person_id)
    return (int(row["n"]) if row else 0), await last_ordinal(tx, person_id)


async def answers(tx: Connection, person_id: int) -> list[dict[str, str | int | None]]:
    """Every answer of a person, for the export of the own data."""
    rows = await tx.all(
        """SELECT i.question_id, i.question_version, i.ticked, i.correct, i.answered_at
             FROM run_items i JOIN runs r ON r.id = i.run_id
            WHERE r.person_id = :person AND i.answered_at IS NOT NULL ORDER BY i.answered_at""",
        person=person_id,
    )
    return [dict(row) for row in rows]


async def pictures(tx: Connection) -> dict[str, tuple[str, str]]:
    """The messenger's ids of pictures: (digest, file id) by name."""
    rows = await tx.all("SELECT name, digest, file_id FROM pictures")
    return {row["name"]: (row["digest"], row["file_id"]) for row in rows}


async def note_picture(tx: Connection, name: str, digest: str, file_id: str) -> None:
    """The messenger has the picture."""
    await tx.run(
        """INSERT INTO pictures (name, digest, file_id) VALUES (:name, :digest, :file)
           ON CONFLICT (name) DO UPDATE SET digest = excluded.digest, file_id = excluded.file_id""",
        name=name,
        digest=digest,
        file=file_id,
    )
