"""Notices and templates: rows, and the steps from state to state."""

from collections.abc import Iterable

from domain.notices import Attached, Audience, Author, Content, Correction, Notice, State, Template
from domain.people import Person, Role, Unit, UnitKind
from storage.database import Connection, Row, Value, value_list

NOTICE_FIELDS = """
    n.id AS notice_id, n.author_id, n.text, n.attached, n.file_id, n.needs_confirm, n.urgent, n.reason, n.audience_unit,
    n.audience_role, n.audience_batch, n.unheard_of, n.state AS notice_state, n.send_at, n.edits, n.asked, n.agreed_by,
    n.returned, n.released_at, n.version, n.corrected_at, n.new_text, n.new_by, n.new_asked, n.nudges, n.cascaded_at,
    n.created_at AS notice_created_at, n.changed_at, n.pulse,
    a.name AS author_name, au.id AS unit_id, au.kind AS unit_kind, au.name AS unit_name, au.parent_id, au.path,
    CASE WHEN au.kind = 'team' THEN ast.name WHEN au.kind IN ('station', 'branch') THEN au.name END AS author_station
"""
# Also of authors who have left: what they wrote stays readable.
AUTHOR_JOINS = """
    JOIN people a ON a.id = n.author_id JOIN units au ON au.id = n.unit_id LEFT JOIN units ast ON ast.id = au.parent_id
"""
_NOTICE = f"SELECT {NOTICE_FIELDS} FROM notices n {AUTHOR_JOINS}"


def notice_of(row: Row) -> Notice:
    """A row with NOTICE_FIELDS."""
    unit = Unit(row["unit_id"], UnitKind(row["unit_kind"]), row["unit_name"], row["parent_id"], row["path"])
    return Notice(
        id=row["notice_id"],
        author=Author(row["author_id"], row["author_name"], unit, row["author_station"]),
        text=row["text"],
        attached=Attached(row["attached"], row["file_id"]) if row["attached"] else None,
        needs_confirm=bool(row["needs_confirm"]),
        urgent=bool(row["urgent"]),
        reason=row["reason"],
        audience=_audience(row),
        state=State(row["notice_state"]),
        send_at=row["send_at"],
        edits=row["edits"],
        asked=row["asked"],
        agreed_by=row["agreed_by"],
        returned=row["returned"],
        released_at=row["released_at"],
        version=row["version"],
        corrected_at=row["corrected_at"],
        correction=Correction(row["new_text"], row["new_by"], bool(row["new_asked"])) if row["new_by"] else None,
        nudges=row["nudges"],
        cascaded_at=row["cascaded_at"],
        created_at=row["notice_created_at"],
        changed_at=row["changed_at"],
        pulse=row["pulse"],
    )


def _audience(row: Row) -> Audience:
    role = Role(row["audience_role"]) if row["audience_role"] else None
    return Audience(row["audience_unit"], role, row["audience_batch"], row["unheard_of"])


async def add(
    tx: Connection, origin: str, author: Person, content: Content, audience: Audience, *, confirm: bool, now: int
) -> int:
    """A new draft. The same ``origin`` again gives the id of the one it began."""
    await tx.run(
        """INSERT INTO notices (origin, author_id, unit_id, text, attached, file_id, needs_confirm, unheard_of,
                                created_at, changed_at)
           VALUES (:origin, :author, :unit, :text, :attached, :file, :confirm, :unheard, :now, :now)
           ON CONFLICT (origin) DO NOTHING""",
        origin=origin,
        author=author.id,
        unit=author.unit.id,
        text=content.text,
        attached=content.attached.kind if content.attached else None,
        file=content.attached.file_id if content.attached else None,
        confirm=int(confirm),
        unheard=audience.unheard_of,
        now=now,
    )
    found = await of_origin(tx, origin)
    assert found is not None
    return found


async def of_origin(tx: Connection, origin: str) -> int | None:
    """The id of the notice that a message or a press began."""
    row = await tx.one("SELECT id FROM notices WHERE origin = :origin", origin=origin)
    return row["id"] if row else None


async def get(tx: Connection, notice_id: int) -> Notice | None:
    """One notice by id."""
    row = await tx.one(f"{_NOTICE} WHERE n.id = :id", id=notice_id)
    return notice_of(row) if row else None


async def written(tx: Connection, author_id: int, scope: str | None, before: int, limit: int) -> tuple[Notice, ...]:
    """What an author wrote, or everything of a scope, newest first, with ids below ``before``; dropped drafts left out.

    With a scope, other people's drafts are left out too.
    """
    mine = "n.author_id = :author"
    whose = (
        mine if scope is None else f"({mine} OR (substr(au.path, 1, length(:scope)) = :scope AND n.state <> 'draft'))"
    )
    rows = await tx.all(
        f"""{_NOTICE} WHERE {whose} AND n.id < :before AND NOT (n.state = 'cancelled' AND n.released_at IS NULL)
             ORDER BY n.id DESC LIMIT :limit""",
        author=author_id,
        scope=scope,
        before=before,
        limit=limit,
    )
    return tuple(notice_of(row) for row in rows)


# steps -----------------------------------------------------------------------------------------------------------

# What a step may set; names come from our own calls, never from outside.
_COLUMNS = frozenset(
    {
        "text", "attached", "file_id", "needs_confirm", "urgent", "reason", "audience_unit", "audience_role",
        "audience_batch", "unheard_of", "send_at", "asked", "agreed_by", "returned", "released_at", "version",
        "corrected_at", "new_text", "new_by", "new_asked", "nudges", "cascaded_at",
    }
)  # fmt: skip


def _set(columns: dict[str, Value]) -> str:
    assert columns.keys() <= _COLUMNS
    return "".join(f", {name} = :{name}" for name in columns)


async def change(tx: Connection, notice_id: int, now: int, **columns: Value) -> bool:
    """Change a draft. False when it is no draft any more, or is like this already: then its edits do not count on."""
    differs = " OR ".join(f"{name} IS DISTINCT FROM :{name}" for name in columns)
    changed = await tx.run(
        f"""UPDATE notices SET edits = edits + 1, pulse = pulse + 1, changed_at = :now{_set(columns)}
             WHERE id = :id AND state = 'draft' AND ({differs})""",
        id=notice_id,
        now=now,
        **columns,
    )
    return changed == 1


async def move(tx: Connection, notice_id: int, sources: Iterable[State], to: State, now: int, **columns: Value) -> bool:
    """From one of ``sources`` to ``to``. False when it stands elsewhere: somebody else was first."""
    names, values = value_list("source", [state.value for state in sources])
    changed = await tx.run(
        f"UPDATE notices SET state = :to, pulse = pulse + 1, changed_at = :now{_set(columns)} WHERE id = :id AND state IN ({names})",
        id=notice_id,
        to=to.value,
        now=now,
        **columns,
        **values,
    )
    return changed == 1


async def touch(tx: Connection, notice: Notice, now: int, **columns: Value) -> bool:
    """Change what is out, unless it has changed since it was read as ``notice``."""
    changed = await tx.run(
        f"""UPDATE notices SET pulse = pulse + 1, changed_at = :now{_set(columns)}
             WHERE id = :id AND state = :is_state AND version = :is_version AND nudges = :is_nudges""",
        id=notice.id,
        now=now,
        is_state=notice.state.value,
        is_version=notice.version,
        is_nudges=notice.nudges,
        **columns,
    )
    return changed == 1


async def note_change(tx: Connection, notice_id: int) -> None:
    """Something that its cards show has changed: a confirmation, somebody told in person."""
    await tx.run("UPDATE notices SET pulse = pulse + 1 WHERE id = :id", id=notice_id)


async def close_form(tx: Connection, person_id: int, now: int) -> None:
    """What the person types next belongs to no notice."""
    await tx.run(
        "UPDATE drafts SET closed_at = :now WHERE person_id = :person AND kind = 'notice' AND closed_at IS NULL",
        person=person_id,
        now=now,
    )


async def waiting_for_none(tx: Connection) -> tuple[int, ...]:
    """Notices that are being sent and of which no copy waits any more."""
    rows = await tx.all(
        """SELECT n.id FROM notices n WHERE n.state = 'sending' AND NOT EXISTS (
               SELECT 1 FROM outbox o WHERE o.kind = 'notice' AND o.subject_id = n.id AND o.state IN ('pending', 'leased'))"""
    )
    return tuple(row["id"] for row in rows)


async def missed(tx: Connection, before: int) -> tuple[Notice, ...]:
    """Scheduled notices that should have gone out before ``before``."""
    rows = await tx.all(f"{_NOTICE} WHERE n.state = 'scheduled' AND n.send_at < :before", before=before)
    return tuple(notice_of(row) for row in rows)


# templates -------------------------------------------------------------------------------------------------------


def _template(row: Row) -> Template:
    return Template(row["id"], row["owner_id"], row["title"], row["text"])


async def add_template(tx: Connection, owner_id: int, title: str, text: str, now: int) -> None:
    """A template; one of the same title is replaced."""
    await tx.run(
        """INSERT INTO notice_templates (owner_id, title, text, created_at) VALUES (:owner, :title, :text, :now)
           ON CONFLICT (owner_id, title) DO UPDATE SET text = excluded.text""",
        owner=owner_id,
        title=title,
        text=text,
        now=now,
    )


async def templates(tx: Connection, owner_id: int) -> tuple[Template, ...]:
    """A person's templates, newest first."""
    rows = await tx.all("SELECT * FROM notice_templates WHERE owner_id = :owner ORDER BY id DESC", owner=owner_id)
    return tuple(_template(row) for row in rows)


async def template(tx: Connection, template_id: int, owner_id: int) -> Template | None:
    """One of a person's templates."""
    row = await tx.one(
        "SELECT * FROM notice_templates WHERE id = :id AND owner_id = :owner", id=template_id, owner=owner_id
    )
    return _template(row) if row else None


async def drop_template(tx: Connection, template_id: int, owner_id: int) -> None:
    """Delete one of a person's templates."""
    await tx.run("DELETE FROM notice_templates WHERE id = :id AND owner_id = :owner", id=template_id, owner=owner_id)
