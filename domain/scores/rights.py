"""Who may do what with an entry, and for whom it waits. Each refusal has its own reason, which the person is told."""

from collections.abc import Callable, Iterable

from domain.errors import DomainError, MovedOn, NotForRole, NotYours
from domain.people import LEADERS, Person, Role, Unit, UnitKind
from domain.scores.ledger import CLIMBS, LIVE, Entry, EntryState
from domain.scores.standard import SubjectKind

SIGNERS = frozenset({Role.STATION_HEAD, Role.OFFICE})


class OwnProposal(DomainError):
    """Whoever proposed an entry neither confirms it nor decides an appeal against it."""

    key = "scores.own_proposal"


class OwnScore(DomainError):
    """Nobody proposes, confirms or decides what concerns themselves."""

    key = "scores.own_score"


class OwnTeam(DomainError):
    """Nobody of a team confirms or decides what concerns the team or one of its people."""

    key = "scores.own_team"


class SharedDeed(DomainError):
    """Whoever took part in a deed neither proposes nor signs what it earns."""

    key = "scores.shared_deed"


class OwnConfirmation(DomainError):
    """Whoever confirmed an entry does not decide an appeal against it."""

    key = "scores.own_confirmation"


class OwnAppeal(DomainError):
    """Whoever appealed does not decide the appeal."""

    key = "scores.own_appeal"


class WindowOver(DomainError):
    """The time for an appeal is over."""

    key = "scores.window_over"


class AppealedAlready(DomainError):
    """An entry is appealed against once."""

    key = "scores.appealed_already"


class ReversedAlready(DomainError):
    """A reversal of the entry stands, or is under way."""

    key = "scores.reversed_already"


class NoReversal(DomainError):
    """A reversal is not reversed: what should count after all is proposed anew."""

    key = "scores.no_reversal"


def may_have_scores(caller: Person) -> bool:
    """Whether the caller has a page of scores: everybody but the bureau, which reads numbers."""
    return caller.role is not Role.BUREAU


# reading ---------------------------------------------------------------------------------------------------------


def may_read(caller: Person, entry: Entry) -> bool:
    """The person whom it concerns, whoever proposed it, and leaders of its unit."""
    if caller.id in {entry.person_id, entry.proposer_id}:
        return True
    return caller.role in LEADERS and caller.unit.holds(entry.unit)


def require_reader(caller: Person, entry: Entry) -> None:
    """Raise NotYours unless the caller may read the entry."""
    if not may_read(caller, entry):
        raise NotYours


# proposing -------------------------------------------------------------------------------------------------------


def require_proposer(caller: Person, person_id: int | None, unit: Unit) -> None:
    """Raise unless the caller may propose for a person (of ``unit``) or, ``person_id`` None, for the team ``unit``.

    Raises NotForRole, OwnScore, NotYours.
    """
    if caller.role not in LEADERS:
        raise NotForRole
    if caller.id == person_id:
        raise OwnScore
    if not caller.unit.holds(unit) or (person_id is None and unit.kind is not UnitKind.TEAM):
        raise NotYours


def require_reverser(caller: Person, entry: Entry, reversals: Iterable[Entry], now: int) -> None:
    """Raise unless the caller may propose to take back an effective entry; ``reversals``: those there are of it.

    Raises NotForRole, OwnScore, NotYours, NoReversal, MovedOn, ReversedAlready.
    """
    require_proposer(caller, entry.person_id, entry.unit)
    if entry.reverses is not None:
        raise NoReversal
    if entry.state(now) is not EntryState.EFFECTIVE:
        raise MovedOn
    if any(one.state(now) in LIVE for one in reversals):
        raise ReversedAlready


# signing ---------------------------------------------------------------------------------------------------------


def require_confirmer(caller: Person, entry: Entry) -> None:
    """Raise unless the caller may confirm or refuse what is proposed.

    Raises OwnProposal, OwnScore, OwnTeam, SharedDeed, NotYours, NotForRole.
    """
    if caller.id == entry.proposer_id:
        raise OwnProposal
    _require_disinterested(caller, entry)
    _require_signer(caller, entry)


def require_decider(caller: Person, entry: Entry) -> None:
    """Raise unless the caller may decide the appeal.

    Raises OwnProposal, OwnConfirmation, OwnAppeal, OwnScore, OwnTeam, SharedDeed, NotYours, NotForRole.
    """
    if caller.id == entry.proposer_id:
        raise OwnProposal
    if entry.confirmed is not None and caller.id == entry.confirmed.person_id:
        raise OwnConfirmation
    if entry.appeal is not None and caller.id == entry.appeal.person_id and caller.id != entry.person_id:
        raise OwnAppeal
    _require_disinterested(caller, entry)
    _require_signer(caller, entry)


def _require_disinterested(caller: Person, entry: Entry) -> None:
    if caller.id == entry.person_id:
        raise OwnScore
    if entry.unit.kind is UnitKind.TEAM and caller.unit.id == entry.unit.id:
        raise OwnTeam
    if caller.id in entry.deed_people:
        raise SharedDeed


def _require_signer(caller: Person, entry: Entry) -> None:
    if caller.role not in LEADERS or not caller.unit.holds(entry.unit):
        raise NotYours
    if caller.role not in SIGNERS:
        raise NotForRole


def require_withdrawer(caller: Person, entry: Entry) -> None:
    """Raise NotYours unless the caller proposed it."""
    if caller.id != entry.proposer_id:
        raise NotYours


def require_appellant(caller: Person, entry: Entry, now: int) -> None:
    """Raise unless the caller may appeal now: the person, or a leader of the team.

    Raises NotYours, AppealedAlready, WindowOver, MovedOn when it was never confirmed.
    """
    if not _concerned(caller, entry):
        raise NotYours
    if entry.appeal is not None:
        raise AppealedAlready
    if entry.confirmed is None:
        raise MovedOn
    if entry.state(now) is not EntryState.CONFIRMED:
        raise WindowOver


def _concerned(caller: Person, entry: Entry) -> bool:
    if entry.subject is SubjectKind.PERSON:
        return caller.id == entry.person_id
    return caller.role is Role.TEAM_LEADER and caller.unit.id == entry.unit.id


# asking whether --------------------------------------------------------------------------------------------------


def _allowed(check: Callable[[], None]) -> bool:
    try:
        check()
    except DomainError:
        return False
    return True


def may_confirm(caller: Person, entry: Entry, now: int) -> bool:
    """Whether it waits for a signature that the caller may give."""
    return entry.state(now) is EntryState.PROPOSED and _allowed(lambda: require_confirmer(caller, entry))


def may_decide(caller: Person, entry: Entry, now: int) -> bool:
    """Whether it waits for a reply that the caller may give."""
    return entry.state(now) is EntryState.APPEALED and _allowed(lambda: require_decider(caller, entry))


def may_withdraw(caller: Person, entry: Entry, now: int) -> bool:
    """Whether the caller may take the proposal back."""
    return entry.state(now) is EntryState.PROPOSED and caller.id == entry.proposer_id


def may_appeal(caller: Person, entry: Entry, now: int) -> bool:
    """Whether the caller may appeal now."""
    return _allowed(lambda: require_appellant(caller, entry, now))


def may_reverse(caller: Person, entry: Entry, reversals: Iterable[Entry], now: int) -> bool:
    """Whether the caller may propose to take it back."""
    listed = tuple(reversals)
    return _allowed(lambda: require_reverser(caller, entry, listed, now))


def may_propose(caller: Person, person_id: int | None, unit: Unit) -> bool:
    """Whether the caller may propose for this person or team."""
    return _allowed(lambda: require_proposer(caller, person_id, unit))


# for whom it waits -----------------------------------------------------------------------------------------------


def levels(entry: Entry, leaders: Iterable[Person], now: int) -> tuple[tuple[int, ...], ...]:
    """Who may give the signature or the reply that is due, from the nearest level up; empty levels are left out.

    ``leaders``: the office's. Person ids: first the station's heads, then the office.
    """
    able = [one for one in leaders if may_confirm(one, entry, now) or may_decide(one, entry, now)]
    heads = tuple(one.id for one in able if one.role is Role.STATION_HEAD)
    office = tuple(one.id for one in able if one.role is Role.OFFICE)
    return tuple(level for level in (heads, office) if level)


def waits_for(entry: Entry, leaders: Iterable[Person], now: int) -> frozenset[int]:
    """For whom it waits at ``now``: the nearest level; two days unanswered, the one above it too."""
    reach = 2 if now - entry.waits_since > CLIMBS else 1
    return frozenset(one for level in levels(entry, leaders, now)[:reach] for one in level)


def concerned(entry: Entry, staff: Iterable[Person]) -> tuple[Person, ...]:
    """Whom among ``staff`` it concerns: the person, or the leaders of the team."""
    return tuple(one for one in staff if _concerned(one, entry))
