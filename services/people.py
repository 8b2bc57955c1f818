"""People use cases: who is this account, inviting, joining, looking up one's own part of the tree, leaving."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from domain import people as rules
from domain.clock import DAY, HOUR
from domain.errors import MovedOn, NotFound, NotYours
from domain.people import (
    AccountTaken,
    Binding,
    Invitation,
    InvitationRefused,
    IssuedInvitation,
    Locale,
    Person,
    Role,
    TooManyTries,
    Unit,
    UnitCount,
    UnitKind,
)
from storage import audit, deeds, drafts, notices, outbox, personal, plan, practice, scores
from storage import people as store
from storage.database import Connection, Database
from storage.scores import awards

CATCH_UP = 3 * DAY  # whoever joins is sent what could not reach them since
WELCOME = 10_000  # ms after joining: time to look around first


class Directory:
    """Which person an account speaks for, remembered between taps. Forgotten as a whole when anything changes."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._known: dict[int, Person] = {}

    async def person(self, account_id: int) -> Person | None:
        """The person behind an account, or None for a stranger (strangers are looked up each time)."""
        known = self._known.get(account_id)
        if known is None:
            known = await self._db.read(lambda tx: store.bound_to(tx, account_id))
            if known is not None:
                self._known[account_id] = known
        return known

    def forget(self) -> None:
        """Call after every change of people, units or bindings."""
        self._known.clear()


# invitations -----------------------------------------------------------------------------------------------------


async def invite(db: Database, caller: Person | None, person_id: int, now: int, hours: int) -> IssuedInvitation:
    """A new invitation for one person, valid for ``hours``; unused older ones end. None as caller: the command line.

    Raises NotForRole, NotYours, NotFound.
    """

    async def unit(tx: Connection) -> IssuedInvitation:
        person = await _managed(tx, caller, person_id)
        return await _issue(tx, caller, person, now, hours)

    return await db.write(unit)


async def invite_by_staff_no(db: Database, staff_no: str, now: int, hours: int) -> IssuedInvitation:
    """The same from the command line, by 工号. Raises NotFound."""

    async def unit(tx: Connection) -> IssuedInvitation:
        person = await store.by_staff_no(tx, staff_no)
        if person is None:
            raise NotFound
        return await _issue(tx, None, person, now, hours)

    return await db.write(unit)


async def invite_unjoined(
    db: Database, caller: Person | None, unit_id: int | None, now: int, hours: int
) -> tuple[IssuedInvitation, ...]:
    """Invitations for everybody of a unit (None: of the whole tree) who has not joined; for the printable sheet."""

    async def unit(tx: Connection) -> tuple[IssuedInvitation, ...]:
        here = await _unit(tx, caller, unit_id) if unit_id is not None else None
        if caller is not None:
            rules.require_role(caller, Role.OFFICE)
        people = await store.listed(tx, here.path if here else "")
        return tuple([await _issue(tx, caller, person, now, hours) for person in people if not person.joined])

    return await db.write(unit)


async def _issue(tx: Connection, caller: Person | None, person: Person, now: int, hours: int) -> IssuedInvitation:
    token = rules.new_token()
    expires_at = now + hours * HOUR
    issuer = caller.id if caller else None
    await store.add_invitation(tx, person.id, rules.token_hash(token), issuer, now, expires_at)
    await audit.append(tx, issuer, "people.invite", f"person:{person.id}", now)
    return IssuedInvitation(person, token, expires_at)


# joining ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Opened:
    """A valid link was opened: whom it is for, and which invitation a press on [是我] has to name."""

    person: Person
    invitation_id: int


async def open_link(db: Database, account_id: int, token: str, now: int) -> Opened:
    """An account came with a token. Raises InvitationRefused (and counts a wrong try), TooManyTries, AccountTaken."""

    async def unit(tx: Connection) -> Opened | InvitationRefused | TooManyTries | AccountTaken:
        if rules.too_many_tries(await store.wrong_tries(tx, account_id, now - rules.TRY_WINDOW), now):
            return TooManyTries()
        invitation = await store.invitation_by_hash(tx, rules.token_hash(token))
        person = await store.person(tx, invitation.person_id) if invitation and invitation.open_at(now) else None
        if invitation is None or person is None:
            await store.note_wrong_try(tx, account_id, now)
            return InvitationRefused()
        if await _speaks_for_another(tx, account_id, person):
            return AccountTaken()
        await store.open_invitation(tx, invitation.id, account_id)
        return Opened(person, invitation.id)

    outcome = await db.write(unit)  # a wrong try is kept: the refusal is raised after the commit
    if isinstance(outcome, Opened):
        return outcome
    raise outcome


@dataclass(frozen=True, slots=True)
class Joined:
    """Somebody joined. ``former_chat`` is the chat of the phone that spoke for them until now, or None."""

    person: Person
    former_chat: int | None


async def join(db: Database, account_id: int, chat_id: int, invitation_id: int, now: int) -> Joined:
    """[是我]: bind the account. Raises InvitationRefused unless this account opened the link and it is still good."""

    async def unit(tx: Connection) -> Joined:
        invitation = await store.invitation(tx, invitation_id)
        if invitation is None or invitation.opened_by != account_id:
            raise InvitationRefused
        person = await store.person(tx, invitation.person_id)
        if person is None:
            raise InvitationRefused
        if _joined_by(invitation, await store.bound_to(tx, account_id)):
            return Joined(person, None)
        if await _speaks_for_another(tx, account_id, person):
            raise AccountTaken
        if not await store.use_invitation(tx, invitation_id, account_id, now):
            raise InvitationRefused
        former = await store.binding(tx, person.id)
        await store.bind(tx, person.id, account_id, chat_id, now)
        await outbox.reopen_unreached(tx, person.id, now - CATCH_UP, now + WELCOME)
        await audit.append(tx, person.id, "people.join", f"person:{person.id}", now)
        return Joined(person, former.chat_id if former and former.account_id != account_id else None)

    return await db.write(unit)


def _joined_by(invitation: Invitation, bound: Person | None) -> bool:
    """Whether this press was carried out before: a second tap, or an update that is handled again."""
    return invitation.used_at is not None and bound is not None and bound.id == invitation.person_id


async def _speaks_for_another(tx: Connection, account_id: int, person: Person) -> bool:
    bound = await store.bound_to(tx, account_id)
    return bound is not None and bound.id != person.id


async def note_block(db: Database, account_id: int, blocked: bool, now: int) -> None:
    """``my_chat_member`` said that an account blocks the bot, or no longer does."""
    await db.write(lambda tx: store.set_blocked(tx, account_id, now if blocked else None))


# one's own -------------------------------------------------------------------------------------------------------


async def set_locale(db: Database, person: Person, locale: Locale) -> Person:
    """The language of a person's screens. Returns the person with it."""
    await db.write(lambda tx: store.set_locale(tx, person.id, locale))
    return replace(person, locale=locale)


async def drop_forms(db: Database, person: Person, now: int) -> None:
    """/cancel: close the person's forms in progress."""
    await db.write(lambda tx: drafts.drop_all(tx, person.id, now))


async def totals(db: Database, person: Person) -> tuple[int, int]:
    """Answers given and runs begun."""
    return await db.read(lambda tx: practice.totals(tx, person.id))


async def export_own(db: Database, person: Person) -> dict[str, object]:
    """Everything the bot keeps about a person, as JSON-ready values. Times are ms UTC."""

    async def unit(tx: Connection) -> dict[str, object]:
        return {
            "staff_no": person.staff_no,
            "name": person.name,
            "role": person.role,
            "unit": person.unit.name,
            "station": person.station,
            "batch": person.batch,
            "language": person.locale,
            "history": await personal.history(tx, person.id),
            "muted": await personal.muted(tx, person.id),
            "training": await personal.training(tx, person.id),
            "practice_answers": await practice.answers(tx, person.id),
            "practice_memory": await personal.practice(tx, person.id),
            "question_reports": await practice.reports_by(tx, person.id),
            "campaign": await plan.kept_about(tx, person.id),
            "notices": await notices.kept_about(tx, person.id),
            "deeds": await deeds.kept_about(tx, person.id),
            "scores": await scores.kept_about(tx, person.id),
            "awards": await awards.kept_about(tx, person.id),
        }

    return await db.read(unit)


async def unbind(db: Database, person: Person, now: int) -> None:
    """The person gives up this phone; a new invitation brings them back."""

    async def unit(tx: Connection) -> None:
        await store.unbind(tx, person.id, now)
        await drafts.drop_all(tx, person.id, now)
        await audit.append(tx, person.id, "people.unbind", f"person:{person.id}", now)

    await db.write(unit)


# one's part of the tree ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class UnitPage:
    """A unit with the counts of itself and its children, and its people where the caller may read names."""

    unit: Unit
    counts: tuple[UnitCount, ...]
    people: tuple[Person, ...]

    @property
    def is_team(self) -> bool:
        """Whether the page lists a team's names."""
        return self.unit.kind is UnitKind.TEAM


async def unit_page(db: Database, caller: Person, unit_id: int) -> UnitPage:
    """A unit of the caller's part of the tree; 0 is the caller's own. Raises NotForRole, NotYours."""
    rules.require_role(caller, Role.TEAM_LEADER, Role.STATION_HEAD, Role.OFFICE, Role.BUREAU)

    async def unit(tx: Connection) -> UnitPage:
        here = await _unit(tx, caller, unit_id or caller.unit.id)
        counts = [c for c in await store.unit_counts(tx, here.path) if here.id in {c.unit.id, c.unit.parent_id}]
        named = caller.role is not Role.BUREAU and here.kind is UnitKind.TEAM
        own = await store.listed(tx, here.path) if named else await _staff_of(tx, caller, here)
        return UnitPage(here, tuple(counts), own)

    return await db.read(unit)


async def _staff_of(tx: Connection, caller: Person, here: Unit) -> tuple[Person, ...]:
    """The people of the unit itself (a station's head, the office's own), not of those below it."""
    if caller.role is Role.BUREAU:
        return ()
    return tuple(person for person in await store.listed(tx, here.path) if person.unit.id == here.id)


async def unjoined(db: Database, caller: Person, unit_id: int) -> tuple[Unit, tuple[Person, ...]]:
    """A unit and those of its people who have not joined, for the office. Raises NotForRole, NotYours."""
    rules.require_role(caller, Role.OFFICE)

    async def unit(tx: Connection) -> tuple[Unit, tuple[Person, ...]]:
        here = await _unit(tx, caller, unit_id or caller.unit.id)
        return here, tuple(person for person in await store.listed(tx, here.path) if not person.joined)

    return await db.read(unit)


async def bindings(db: Database, people: Iterable[Person]) -> tuple[Binding, ...]:
    """How to reach those of ``people`` who have joined."""

    async def unit(tx: Connection) -> tuple[Binding, ...]:
        found = [await store.binding(tx, person.id) for person in people]
        return tuple(binding for binding in found if binding is not None)

    return await db.read(unit)


async def card(db: Database, caller: Person, person_id: int) -> Person:
    """One person, for the office. Raises NotForRole, NotYours, NotFound."""
    return await db.read(lambda tx: _managed(tx, caller, person_id))


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody left. ``chat_id`` is where they were reached, or None."""

    person: Person
    chat_id: int | None


async def leave(db: Database, caller: Person | None, person_id: int, now: int, *, erase: bool = False) -> Left:
    """The person leaves the office: binding, invitations and forms end; with ``erase`` name, account and words go too.

    Answers and totals stay under a pseudonym. Raises NotForRole, NotYours, NotFound, MovedOn (the caller themselves).
    """

    async def unit(tx: Connection) -> Left:
        person = await _managed(tx, caller, person_id)
        if caller is not None and caller.id == person.id:
            raise MovedOn
        bound = await store.binding(tx, person.id)
        await store.leave(tx, person.id, now)
        actor = caller.id if caller else None
        await audit.append(tx, actor, "people.leave", f"person:{person.id}", now, {"erase": erase})
        if erase:
            await store.erase(tx, person.id, pseudonym(tx.audit_key, person.staff_no), now)
            await personal.erase(tx, person.id)
        return Left(person, bound.chat_id if bound else None)

    return await db.write(unit)


async def leave_by_staff_no(db: Database, staff_no: str, now: int, *, erase: bool) -> Left:
    """The same from the command line, by 工号. Raises NotFound."""
    person = await db.read(lambda tx: store.by_staff_no(tx, staff_no))
    if person is None:
        raise NotFound
    return await leave(db, None, person.id, now, erase=erase)


def pseudonym(key: bytes, staff_no: str) -> str:
    """What stands for an erased person: not reversible without the installation's key."""
    return "x-" + hashlib.blake2b(staff_no.encode(), key=key[:64], digest_size=8).hexdigest()


async def _managed(tx: Connection, caller: Person | None, person_id: int) -> Person:
    person = await store.person(tx, person_id)
    if caller is not None:
        rules.require_role(caller, Role.OFFICE)
        if person is not None and not rules.may_see(caller, person):
            raise NotYours
    if person is None:
        raise NotFound
    return person


async def _unit(tx: Connection, caller: Person | None, unit_id: int) -> Unit:
    here = await store.unit(tx, unit_id)
    if here is None or (caller is not None and not caller.unit.holds(here)):
        raise NotYours
    return here
