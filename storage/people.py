"""Units, people, bindings and invitations in the database. Speaks domain; every listing is limited to a scope.

Decides nothing: who may call what is for services and domain.
"""

from collections.abc import Iterable, Sequence

from domain.people import Binding, Invitation, Locale, Person, Role, Unit, UnitCount, UnitKind
from storage.database import Connection, Row, value_list

_PERSON = """
    SELECT p.id, p.staff_no, p.name, p.role, p.batch, p.locale,
           u.id AS unit_id, u.kind AS unit_kind, u.name AS unit_name, u.parent_id, u.path,
           CASE WHEN u.kind = 'team' THEN s.name WHEN u.kind IN ('station', 'branch') THEN u.name END AS station,
           EXISTS (SELECT 1 FROM bindings b WHERE b.person_id = p.id AND b.ended_at IS NULL) AS joined
      FROM people p JOIN units u ON u.id = p.unit_id LEFT JOIN units s ON s.id = u.parent_id
"""


def _person(row: Row) -> Person:
    unit = Unit(row["unit_id"], UnitKind(row["unit_kind"]), row["unit_name"], row["parent_id"], row["path"])
    return Person(
        row["id"],
        row["staff_no"],
        row["name"],
        Role(row["role"]),
        unit,
        row["station"],
        row["batch"],
        Locale(row["locale"]),
        bool(row["joined"]),
    )


def _unit(row: Row) -> Unit:
    return Unit(row["id"], UnitKind(row["kind"]), row["name"], row["parent_id"], row["path"])


def _invitation(row: Row) -> Invitation:
    return Invitation(*(row[field] for field in Invitation.__dataclass_fields__))


# units -----------------------------------------------------------------------------------------------------------


async def units(tx: Connection, scope: str = "") -> tuple[Unit, ...]:
    """The units whose path begins with ``scope``, parents before children, by path order of ids."""
    rows = await tx.all("SELECT * FROM units WHERE substr(path, 1, length(:scope)) = :scope ORDER BY id", scope=scope)
    return tuple(_unit(row) for row in rows)


async def unit(tx: Connection, unit_id: int) -> Unit | None:
    """One unit by id."""
    row = await tx.one("SELECT * FROM units WHERE id = :id", id=unit_id)
    return _unit(row) if row else None


async def add_unit(tx: Connection, kind: UnitKind, name: str, parent: Unit | None) -> Unit:
    """A new unit below ``parent`` (None: the root)."""
    parent_id = parent.id if parent else None
    row = await tx.one(
        "INSERT INTO units (kind, name, parent_id, path) VALUES (:kind, :name, :parent, :draft) RETURNING id",
        kind=kind,
        name=name,
        parent=parent_id,
        draft=f"{parent.path if parent else ''}?{name}",
    )
    assert row is not None
    path = f"{parent.path if parent else ''}{row['id']}."
    await tx.run("UPDATE units SET path = :path WHERE id = :id", path=path, id=row["id"])
    return Unit(row["id"], kind, name, parent_id, path)


async def unit_counts(tx: Connection, scope: str) -> tuple[UnitCount, ...]:
    """Head counts of each unit in scope, people of the units below included."""
    rows = await tx.all(
        """
        SELECT u.*, count(p.id) AS people,
               count(CASE WHEN b.id IS NOT NULL THEN 1 END) AS joined
          FROM units u
          LEFT JOIN units below ON substr(below.path, 1, length(u.path)) = u.path
          LEFT JOIN people p ON p.unit_id = below.id AND p.left_at IS NULL
          LEFT JOIN bindings b ON b.person_id = p.id AND b.ended_at IS NULL
         WHERE substr(u.path, 1, length(:scope)) = :scope
         GROUP BY u.id ORDER BY u.id
        """,
        scope=scope,
    )
    return tuple(UnitCount(_unit(row), row["people"], row["joined"]) for row in rows)


# people ----------------------------------------------------------------------------------------------------------


async def person(tx: Connection, person_id: int) -> Person | None:
    """One present member of staff by id."""
    row = await tx.one(f"{_PERSON} WHERE p.id = :id AND p.left_at IS NULL", id=person_id)
    return _person(row) if row else None


async def by_staff_no(tx: Connection, staff_no: str) -> Person | None:
    """One present member of staff by 工号."""
    row = await tx.one(f"{_PERSON} WHERE p.staff_no = :no AND p.left_at IS NULL", no=staff_no)
    return _person(row) if row else None


async def listed(tx: Connection, scope: str) -> tuple[Person, ...]:
    """The present people of the units whose path begins with ``scope``, by unit and staff number."""
    rows = await tx.all(
        f"{_PERSON} WHERE p.left_at IS NULL AND substr(u.path, 1, length(:scope)) = :scope ORDER BY u.id, p.staff_no",
        scope=scope,
    )
    return tuple(_person(row) for row in rows)


async def leaders(tx: Connection) -> tuple[Person, ...]:
    """Everybody present who leads: team leaders, station heads, the office; by unit and staff number."""
    rows = await tx.all(
        f"""{_PERSON} WHERE p.left_at IS NULL AND p.role IN ('team_leader', 'station_head', 'office')
             ORDER BY u.id, p.staff_no"""
    )
    return tuple(_person(row) for row in rows)


async def former(tx: Connection, staff_no: str) -> int | None:
    """The id of somebody who left under this 工号 and was not erased, so that a return keeps the history."""
    row = await tx.one("SELECT id FROM people WHERE staff_no = :no AND left_at IS NOT NULL", no=staff_no)
    return row["id"] if row else None


async def add_person(tx: Connection, staff_no: str, name: str, role: Role, unit_id: int, batch: int | None) -> int:
    """A new member of staff, or one who left and returns under the same 工号. Returns the id."""
    row = await tx.one(
        """
        INSERT INTO people (staff_no, name, role, unit_id, batch) VALUES (:staff_no, :name, :role, :unit_id, :batch)
        ON CONFLICT (staff_no) DO UPDATE SET name = excluded.name, role = excluded.role,
               unit_id = excluded.unit_id, batch = excluded.batch, left_at = NULL
        RETURNING id
        """,
        staff_no=staff_no,
        name=name,
        role=role,
        unit_id=unit_id,
        batch=batch,
    )
    assert row is not None
    return int(row["id"])


async def change_person(
    tx: Connection, old: Person, name: str, role: Role, unit_id: int, batch: int | None, now: int
) -> None:
    """New name, role, unit or batch; what the person was until ``now`` goes to the history."""
    await tx.run(
        "INSERT INTO people_history (person_id, role, unit_id, batch, until) VALUES (:id, :role, :unit, :batch, :now)",
        id=old.id,
        role=old.role,
        unit=old.unit.id,
        batch=old.batch,
        now=now,
    )
    await tx.run(
        "UPDATE people SET name = :name, role = :role, unit_id = :unit, batch = :batch WHERE id = :id",
        name=name,
        role=role,
        unit=unit_id,
        batch=batch,
        id=old.id,
    )


async def leave(tx: Connection, person_id: int, now: int) -> None:
    """The person has left the office: no binding, no open invitation, no open form."""
    await tx.run("UPDATE people SET left_at = :now WHERE id = :id AND left_at IS NULL", now=now, id=person_id)
    await unbind(tx, person_id, now)
    await revoke_invitations(tx, person_id, now)
    await tx.run(
        "UPDATE drafts SET closed_at = :now WHERE person_id = :id AND closed_at IS NULL", now=now, id=person_id
    )


async def erase(tx: Connection, person_id: int, pseudonym: str, now: int) -> None:
    """Overwrite what identifies a person who left; answers and totals stay under the pseudonym."""
    await tx.run(
        "UPDATE people SET staff_no = :pseudonym, name = :pseudonym, erased_at = :now WHERE id = :id AND left_at IS NOT NULL",
        pseudonym=pseudonym,
        now=now,
        id=person_id,
    )
    await tx.run("DELETE FROM bindings WHERE person_id = :id", id=person_id)
    await tx.run("DELETE FROM invitations WHERE person_id = :id", id=person_id)
    await tx.run("DELETE FROM drafts WHERE person_id = :id", id=person_id)


async def set_locale(tx: Connection, person_id: int, locale: Locale) -> None:
    """The language of a person's screens."""
    await tx.run("UPDATE people SET locale = :locale WHERE id = :id", locale=locale, id=person_id)


# bindings --------------------------------------------------------------------------------------------------------


async def bound_to(tx: Connection, account_id: int) -> Person | None:
    """The person for whom an account speaks now."""
    row = await tx.one(
        f"""{_PERSON} JOIN bindings mine ON mine.person_id = p.id AND mine.ended_at IS NULL
             WHERE mine.account_id = :account AND p.left_at IS NULL""",
        account=account_id,
    )
    return _person(row) if row else None


async def binding(tx: Connection, person_id: int) -> Binding | None:
    """How to reach a person, or None when nobody has joined as them."""
    row = await tx.one("SELECT * FROM bindings WHERE person_id = :id AND ended_at IS NULL", id=person_id)
    who = await person(tx, person_id)
    return Binding(who, row["account_id"], row["chat_id"], row["blocked_at"] is not None) if row and who else None


async def reachable(tx: Connection, people: Iterable[int]) -> dict[int, Binding]:
    """How to reach those of ``people`` (ids) who are present and have joined."""
    names, values = value_list("id", people)
    rows = await tx.all(
        f"""SELECT person.*, b.account_id, b.chat_id, b.blocked_at
              FROM bindings b JOIN ({_PERSON} WHERE p.left_at IS NULL) person ON person.id = b.person_id
             WHERE b.person_id IN ({names}) AND b.ended_at IS NULL""",
        **values,
    )
    return {
        row["id"]: Binding(_person(row), row["account_id"], row["chat_id"], row["blocked_at"] is not None)
        for row in rows
    }


async def bind(tx: Connection, person_id: int, account_id: int, chat_id: int, now: int) -> None:
    """``account_id`` speaks for the person from ``now`` on; an earlier binding of the person ends."""
    await unbind(tx, person_id, now)
    await tx.run(
        "INSERT INTO bindings (person_id, account_id, chat_id, bound_at) VALUES (:person, :account, :chat, :now)",
        person=person_id,
        account=account_id,
        chat=chat_id,
        now=now,
    )


async def unbind(tx: Connection, person_id: int, now: int) -> None:
    """End the person's present binding, if there is one."""
    await tx.run(
        "UPDATE bindings SET ended_at = :now WHERE person_id = :id AND ended_at IS NULL", now=now, id=person_id
    )


async def set_blocked(tx: Connection, account_id: int, blocked_at: int | None) -> None:
    """Note since when an account blocks the bot; None when it no longer does."""
    await tx.run(
        "UPDATE bindings SET blocked_at = :at WHERE account_id = :account AND ended_at IS NULL",
        at=blocked_at,
        account=account_id,
    )


# invitations -----------------------------------------------------------------------------------------------------


async def add_invitation(
    tx: Connection, person_id: int, token_hash: str, issued_by: int | None, issued_at: int, expires_at: int
) -> None:
    """A new invitation; earlier unused ones of the person are revoked."""
    await revoke_invitations(tx, person_id, issued_at)
    await tx.run(
        """INSERT INTO invitations (person_id, token_hash, issued_by, issued_at, expires_at)
           VALUES (:person, :hash, :by, :at, :expires)""",
        person=person_id,
        hash=token_hash,
        by=issued_by,
        at=issued_at,
        expires=expires_at,
    )


async def revoke_invitations(tx: Connection, person_id: int, now: int) -> None:
    """Withdraw the person's unused invitations."""
    await tx.run(
        """UPDATE invitations SET revoked_at = :now
            WHERE person_id = :id AND used_at IS NULL AND revoked_at IS NULL""",
        now=now,
        id=person_id,
    )


_INVITATION = "SELECT id, person_id, issued_at, expires_at, opened_by, used_at, revoked_at FROM invitations"


async def invitation_by_hash(tx: Connection, token_hash: str) -> Invitation | None:
    """The invitation whose token has this hash, in whatever state."""
    row = await tx.one(f"{_INVITATION} WHERE token_hash = :hash", hash=token_hash)
    return _invitation(row) if row else None


async def invitation(tx: Connection, invitation_id: int) -> Invitation | None:
    """An invitation by id, in whatever state."""
    row = await tx.one(f"{_INVITATION} WHERE id = :id", id=invitation_id)
    return _invitation(row) if row else None


async def open_invitation(tx: Connection, invitation_id: int, account_id: int) -> None:
    """Remember which account came with the token: only that account may confirm."""
    await tx.run("UPDATE invitations SET opened_by = :account WHERE id = :id", account=account_id, id=invitation_id)


async def use_invitation(tx: Connection, invitation_id: int, account_id: int, now: int) -> bool:
    """Use it up. False when it was used, revoked or expired meanwhile, or opened by another account last."""
    changed = await tx.run(
        """UPDATE invitations SET used_at = :now
            WHERE id = :id AND opened_by = :account AND used_at IS NULL AND revoked_at IS NULL AND expires_at > :now""",
        now=now,
        id=invitation_id,
        account=account_id,
    )
    return changed == 1


async def wrong_tries(tx: Connection, account_id: int, since: int) -> Sequence[int]:
    """Moments of an account's wrong invitations since ``since`` (ms UTC)."""
    rows = await tx.all(
        "SELECT tried_at FROM invitation_tries WHERE account_id = :account AND tried_at > :since",
        account=account_id,
        since=since,
    )
    return [row["tried_at"] for row in rows]


async def note_wrong_try(tx: Connection, account_id: int, now: int) -> None:
    """One more wrong invitation of an account."""
    await tx.run(
        "INSERT INTO invitation_tries (account_id, tried_at) VALUES (:account, :now)", account=account_id, now=now
    )


async def prune_tries(tx: Connection, before: int) -> None:
    """Forget wrong tries older than ``before``."""
    await tx.run("DELETE FROM invitation_tries WHERE tried_at < :before", before=before)
