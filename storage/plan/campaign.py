"""The campaign's facts and phases in the database."""

from collections.abc import Iterable
from datetime import date

from domain.plan import Fact, FactKind, Phase
from storage.database import Connection, Row

_PHASE = "SELECT number, title, starts_on, ends_on, brief, edits FROM phases"


def day(text: str | None) -> date | None:
    """A stored date."""
    return date.fromisoformat(text) if text else None


def text(of: date | None) -> str | None:
    """A date as it is stored."""
    return of.isoformat() if of else None


def _phase(row: Row) -> Phase:
    return Phase(row["number"], row["title"], day(row["starts_on"]), day(row["ends_on"]), row["brief"], row["edits"])


async def put_facts(tx: Connection, facts: Iterable[Fact]) -> None:
    """The campaign's sentences, in place of those there are."""
    await tx.run("DELETE FROM campaign_facts")
    await tx.many(
        """INSERT INTO campaign_facts (code, kind, element, text, position)
           VALUES (:code, :kind, :element, :text, :position)""",
        [
            {"code": f.code, "kind": f.kind.value, "element": f.element, "text": f.text, "position": position}
            for position, f in enumerate(facts)
        ],
    )


async def facts(tx: Connection) -> tuple[Fact, ...]:
    """The campaign's sentences in order."""
    rows = await tx.all("SELECT code, kind, element, text FROM campaign_facts ORDER BY position")
    return tuple(Fact(row["code"], FactKind(row["kind"]), row["element"], row["text"]) for row in rows)


async def put_phase(tx: Connection, phase: Phase) -> None:
    """Add a phase or replace its title, dates and brief."""
    await tx.run(
        """INSERT INTO phases (number, title, starts_on, ends_on, brief)
           VALUES (:number, :title, :starts, :ends, :brief)
           ON CONFLICT (number) DO UPDATE
               SET title = excluded.title, starts_on = excluded.starts_on, ends_on = excluded.ends_on,
                   brief = excluded.brief, edits = phases.edits + 1""",
        number=phase.number,
        title=phase.title,
        starts=text(phase.starts_on),
        ends=text(phase.ends_on),
        brief=phase.brief,
    )


async def change_phase(tx: Connection, phase: Phase) -> bool:
    """The phase's days, if nobody changed it since it was read with ``edits``. False when somebody did."""
    changed = await tx.run(
        """UPDATE phases SET starts_on = :starts, ends_on = :ends, edits = edits + 1
            WHERE number = :number AND edits = :edits""",
        starts=text(phase.starts_on),
        ends=text(phase.ends_on),
        number=phase.number,
        edits=phase.edits,
    )
    return changed == 1


async def phases(tx: Connection) -> tuple[Phase, ...]:
    """All phases by number."""
    return tuple(_phase(row) for row in await tx.all(f"{_PHASE} ORDER BY number"))


async def phase(tx: Connection, number: int) -> Phase | None:
    """One phase."""
    row = await tx.one(f"{_PHASE} WHERE number = :number", number=number)
    return _phase(row) if row else None
