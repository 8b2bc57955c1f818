"""Rewards and penalties in the database: proposals and their steps are added, never changed. Decides nothing."""

from collections.abc import Iterable

from domain.people import Unit, UnitKind
from domain.scores.awards import Award, AwardKind, AwardStep, Objection, Step
from domain.scores.standard import SubjectKind
from storage.database import Connection, Row, Value, value_list

Rows = list[dict[str, object]]

_AWARD = """
    SELECT a.*, u.kind AS unit_kind, u.name AS unit_name, u.parent_id, u.path,
           CASE WHEN u.kind = 'team' THEN s.name ELSE u.name END AS station,
           coalesce((SELECT o.path FROM units o
                      WHERE o.kind = 'toll_office' AND substr(u.path, 1, length(o.path)) = o.path), u.path) AS office,
           p.name AS person_name, p.staff_no, b.name AS proposer_name
      FROM awards a JOIN units u ON u.id = a.unit_id LEFT JOIN units s ON s.id = u.parent_id
      JOIN people b ON b.id = a.proposer_id LEFT JOIN people p ON p.id = a.person_id
"""
_AT_ONCE = 10_000  # ids in one statement: SQLite takes 32,766 parameters, PostgreSQL 65,535
_WITHIN = "substr(u.path, 1, length(:scope)) = :scope"


def _award(row: Row, steps: tuple[Step, ...], objections: tuple[Objection, ...]) -> Award:
    return Award(
        id=row["id"],
        kind=AwardKind(row["kind"]),
        subject=SubjectKind(row["subject"]),
        person_id=row["person_id"],
        staff_no=row["staff_no"] or "",
        name=row["person_name"] or row["unit_name"],
        unit=Unit(row["unit_id"], UnitKind(row["unit_kind"]), row["unit_name"], row["parent_id"], row["path"]),
        station=row["station"] or "",
        office=row["office"],
        what=row["what"],
        why=row["why"],
        proposer_id=row["proposer_id"],
        proposer=row["proposer_name"],
        proposed_at=row["proposed_at"],
        steps=steps,
        objections=objections,
    )


# reading ---------------------------------------------------------------------------------------------------------


async def awards(tx: Connection, where: str, **values: Value) -> tuple[Award, ...]:
    """The proposals for which ``where`` (SQL of this file, over ``a``, ``u``, ``p``) holds, in its order."""
    rows = await tx.all(f"{_AWARD} WHERE {where}", **values)
    steps: dict[int, tuple[Step, ...]] = {}
    objections: dict[int, tuple[Objection, ...]] = {}
    for at in range(0, len(rows), _AT_ONCE):
        ids = [row["id"] for row in rows[at : at + _AT_ONCE]]
        steps |= await _steps(tx, ids)
        objections |= await _objections(tx, ids)
    return tuple(_award(row, steps.get(row["id"], ()), objections.get(row["id"], ())) for row in rows)


async def _steps(tx: Connection, ids: Iterable[int]) -> dict[int, tuple[Step, ...]]:
    names, values = value_list("id", ids)
    rows = await tx.all(
        f"""SELECT t.award_id, t.step, t.person_id, p.name, t.at, t.text, t.until
              FROM award_steps t JOIN people p ON p.id = t.person_id WHERE t.award_id IN ({names}) ORDER BY t.id""",
        **values,
    )
    found: dict[int, tuple[Step, ...]] = {}
    for row in rows:
        one = Step(AwardStep(row["step"]), row["person_id"], row["name"], row["at"], row["text"], row["until"])
        found[row["award_id"]] = (*found.get(row["award_id"], ()), one)
    return found


async def _objections(tx: Connection, ids: Iterable[int]) -> dict[int, tuple[Objection, ...]]:
    names, values = value_list("id", ids)
    rows = await tx.all(
        f"""SELECT o.award_id, o.person_id, p.name, o.text, o.sent_at, o.changed_at
              FROM award_objections o JOIN people p ON p.id = o.person_id
             WHERE o.award_id IN ({names}) ORDER BY o.sent_at, o.person_id""",
        **values,
    )
    found: dict[int, tuple[Objection, ...]] = {}
    for row in rows:
        one = Objection(row["person_id"], row["name"], row["text"], row["sent_at"], row["changed_at"])
        found[row["award_id"]] = (*found.get(row["award_id"], ()), one)
    return found


async def award(tx: Connection, award_id: int) -> Award | None:
    """One proposal by id."""
    return next(iter(await awards(tx, "a.id = :id", id=award_id)), None)


async def of_origin(tx: Connection, origin: str) -> Award | None:
    """The proposal that a form made."""
    return next(iter(await awards(tx, "a.origin = :origin", origin=origin)), None)


async def open_within(tx: Connection, scope: str) -> tuple[Award, ...]:
    """What is not over in the units under ``scope``, in order."""
    return await awards(tx, f"a.id IN (SELECT w.award_id FROM award_open w) AND {_WITHIN} ORDER BY a.id", scope=scope)


async def public_within(tx: Connection, scope: str, since: int) -> tuple[Award, ...]:
    """Rewards of the units under ``scope`` that are open to all: agreed to and not over, or passed since ``since``.

    Newest first; without those of people who were erased.
    """
    return await awards(
        tx,
        f"""a.kind = 'reward' AND {_WITHIN} AND p.erased_at IS NULL
            AND (a.id IN (SELECT w.award_id FROM award_open w JOIN award_steps t ON t.award_id = w.award_id
                           WHERE t.step = 'agreed')
                 OR a.id IN (SELECT t.award_id FROM award_steps t WHERE t.step = 'passed' AND t.at >= :since))
            ORDER BY a.id DESC""",
        scope=scope,
        since=since,
    )


async def of_person(tx: Connection, person_id: int, team_id: int | None) -> tuple[Award, ...]:
    """What is about a person or the team ``team_id`` that they lead, or was objected to by them; newest first."""
    return await awards(
        tx,
        """a.id IN (SELECT m.id FROM awards m WHERE m.person_id = :person
                    UNION SELECT m.id FROM awards m WHERE m.unit_id = :team AND m.subject = 'team'
                    UNION SELECT o.award_id FROM award_objections o WHERE o.person_id = :person)
           ORDER BY a.id DESC""",
        person=person_id,
        team=team_id,
    )


async def proposed_by(tx: Connection, person_id: int) -> tuple[Award, ...]:
    """What a person proposed, newest first."""
    return await awards(tx, "a.proposer_id = :person ORDER BY a.id DESC", person=person_id)


async def within(tx: Connection, scope: str) -> tuple[Award, ...]:
    """Every proposal in the units under ``scope``, in order."""
    return await awards(tx, f"{_WITHIN} ORDER BY a.id", scope=scope)


async def page_within(tx: Connection, scope: str, page: int, size: int) -> tuple[Award, ...]:
    """A page, from 0, of the proposals in the units under ``scope``, newest first."""
    return await awards(
        tx, f"{_WITHIN} ORDER BY a.id DESC LIMIT :size OFFSET :past", scope=scope, size=size, past=page * size
    )


async def count_within(tx: Connection, scope: str) -> int:
    """How many proposals there are in the units under ``scope``."""
    row = await tx.one(
        f"SELECT count(*) AS n FROM awards a JOIN units u ON u.id = a.unit_id WHERE {_WITHIN}", scope=scope
    )
    return int(row["n"]) if row else 0


# adding ----------------------------------------------------------------------------------------------------------


async def add_award(
    tx: Connection,
    *,
    origin: str,
    kind: AwardKind,
    person_id: int | None,
    unit_id: int,
    what: str,
    why: str,
    proposer_id: int,
    now: int,
) -> int:
    """A new proposal that waits to be agreed to, and its id. ``origin`` is new; ``person_id`` None: the team's."""
    row = await tx.one(
        """INSERT INTO awards (kind, subject, person_id, unit_id, what, why, proposer_id, proposed_at, origin)
           VALUES (:kind, :subject, :person, :unit, :what, :why, :proposer, :now, :origin) RETURNING id""",
        kind=kind.value,
        subject=(SubjectKind.TEAM if person_id is None else SubjectKind.PERSON).value,
        person=person_id,
        unit=unit_id,
        what=what,
        why=why,
        proposer=proposer_id,
        now=now,
        origin=origin,
    )
    assert row is not None
    await tx.run("INSERT INTO award_open (award_id) VALUES (:id)", id=row["id"])
    return int(row["id"])


async def add_step(
    tx: Connection, award_id: int, kind: AwardStep, person_id: int, now: int, text: str = "", until: int | None = None
) -> None:
    """One more step; all but an agreement end it."""
    await tx.run(
        """INSERT INTO award_steps (award_id, step, person_id, at, text, until)
           VALUES (:award, :step, :person, :now, :text, :until)""",
        award=award_id,
        step=kind.value,
        person=person_id,
        now=now,
        text=text,
        until=until,
    )
    if kind is not AwardStep.AGREED:
        await tx.run("DELETE FROM award_open WHERE award_id = :id", id=award_id)


async def put_objection(tx: Connection, award_id: int, person_id: int, text: str, now: int) -> None:
    """What somebody objects, in place of what they objected before."""
    await tx.run(
        """INSERT INTO award_objections (award_id, person_id, text, sent_at) VALUES (:award, :person, :text, :now)
           ON CONFLICT (award_id, person_id) DO UPDATE SET text = excluded.text, changed_at = :now""",
        award=award_id,
        person=person_id,
        text=text,
        now=now,
    )


# one person ------------------------------------------------------------------------------------------------------


async def kept_about(tx: Connection, person_id: int) -> dict[str, Rows]:
    """For the person's own export. Times are ms UTC.

    ``about`` the person, with what happened to those in ``steps``; what others objected is not theirs to take along.
    ``proposed``, ``signed`` and ``objections`` are what the person did to those of others, without saying whose.
    """
    about = await tx.all(
        "SELECT id, kind, what, why, proposed_at FROM awards WHERE person_id = :id ORDER BY id", id=person_id
    )
    steps = await tx.all(
        """SELECT t.award_id, t.step, t.at, t.text, t.until FROM award_steps t JOIN awards a ON a.id = t.award_id
            WHERE a.person_id = :id ORDER BY t.id""",
        id=person_id,
    )
    proposed = await tx.all(
        "SELECT id, kind, what, why, proposed_at FROM awards WHERE proposer_id = :id ORDER BY id", id=person_id
    )
    signed = await tx.all(
        "SELECT award_id, step, at, text FROM award_steps WHERE person_id = :id ORDER BY id", id=person_id
    )
    objections = await tx.all(
        """SELECT award_id, text, sent_at, changed_at FROM award_objections WHERE person_id = :id
            ORDER BY sent_at, award_id""",
        id=person_id,
    )
    named = {"about": about, "steps": steps, "proposed": proposed, "signed": signed, "objections": objections}
    return {name: [dict(row) for row in rows] for name, rows in named.items()}


_ABOUT = "SELECT id FROM awards WHERE person_id = :id"
# What was typed about the person, and what the person objected. An origin names a draft, whose id is given again.
ERASED = (
    "UPDATE awards SET origin = 'erased:' || id WHERE proposer_id = :id",
    "UPDATE awards SET what = '', why = '' WHERE person_id = :id",
    f"UPDATE award_steps SET text = '' WHERE award_id IN ({_ABOUT})",
    f"UPDATE award_objections SET text = '' WHERE person_id = :id OR award_id IN ({_ABOUT})",
)


async def erase_about(tx: Connection, person_id: int) -> None:
    """The words about and of a person whose data are erased go; that there was a proposal stays, under the pseudonym."""
    for statement in ERASED:
        await tx.run(statement, id=person_id)
