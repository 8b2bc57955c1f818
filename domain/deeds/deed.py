"""A good deed: what it is, who took part, who has to sign that it is true, and what asks for a closer look.

Flags never refuse anything. Knows no storage and no Telegram; who is on which shift is given.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.clock import DAY
from domain.errors import DomainError, MovedOn, NotForRole, NotYours
from domain.people import LEADERS, Person, Role, Unit, UnitKind

WORDS_LIMIT = 1000  # characters of a deed's text
PLACE_LIMIT = 40
REASON_LIMIT = 200  # characters of a reason for returning it
PHOTOS = 10  # as many as an album holds
PHOTO_BYTES = 20 * 1024 * 1024  # what the messenger lets a bot download
OTHERS = 8  # who may share a deed beside its author
CLIMBS = 2 * DAY  # unanswered for so long, it waits for the next level too
OLD = 7 * DAY  # logged so long after it happened, it asks for a look
LISTED_WORDS, LISTED_PEOPLE = 80, 3  # UTF-16 units of the text, people: as much of a deed as a line of a list shows
ROLL_WEEKS = 26  # how far back the honour roll is shown
SHORTEST = 4  # letters: a shorter message is not offered to be logged


class DeedKind(StrEnum):
    """Kinds of deeds."""

    FOUND = "found"
    AID = "aid"
    SERVICE = "service"
    CHARITY = "charity"
    COURAGE = "courage"
    OTHER = "other"


class Conduct(StrEnum):
    """The eight conduct standards (fact S069), by which deeds are sorted for the dossier."""

    COURTEOUS = "courteous"
    WARM = "warm"
    UNITED = "united"
    UNIFORM = "uniform"
    DISCIPLINED = "disciplined"
    IMPARTIAL = "impartial"
    TIDY = "tidy"
    CLEAR = "clear"


class DeedState(StrEnum):
    """Where a deed stands. ``submitted`` waits for the first signature, ``vouched`` for the second."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    VOUCHED = "vouched"
    CONFIRMED = "confirmed"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


WAITING = frozenset({DeedState.SUBMITTED, DeedState.VOUCHED})
EDITABLE = frozenset({DeedState.DRAFT, DeedState.SUBMITTED, DeedState.VOUCHED, DeedState.RETURNED})
SHOWN = frozenset({DeedState.SUBMITTED, DeedState.VOUCHED, DeedState.CONFIRMED})  # to others than its author


class Flag(StrEnum):
    """What asks for a closer look."""

    SAME_PHOTO = "same_photo"  # another deed carries the same picture
    SAME_HOUR = "same_hour"  # another deed of this kind and station within the same hour
    ODD_TIME = "odd_time"  # off shift, or logged more than a week after


class ReturnReason(StrEnum):
    """Why a deed is returned; each has its one-tap fix. ``other`` comes with words."""

    TIME = "time"
    PEOPLE = "people"
    UNCLEAR = "unclear"
    PHOTO = "photo"
    UNTRUE = "untrue"
    OTHER = "other"


class PhotoFault(StrEnum):
    """Why a picture was not taken in; the words that came with it were."""

    NOT_A_PHOTO = "not_a_photo"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"


class OwnDeed(DomainError):
    """Nobody signs a deed in which they took part."""

    key = "deeds.own_deed"


class SignedAlready(DomainError):
    """Whoever gave the first signature does not give the second."""

    key = "deeds.signed_already"


class NoWords(DomainError):
    """A deed needs words: what was done."""

    key = "deeds.no_words"


class NothingToLog(DomainError):
    """Neither words nor a picture: a voice, a sticker, a file."""

    key = "deeds.nothing_to_log"


class PhotoTooLarge(DomainError):
    """A picture over 20 MB that came without words: there is nothing to keep of it."""

    key = "deeds.photo_too_large"


class WordsTooLong(DomainError):
    """The text is longer than a deed may be. ``limit``: in characters."""

    key = "deeds.too_long"


class FutureDeed(DomainError):
    """What is still to come is no deed yet."""

    key = "deeds.future"


class TooManyPeople(DomainError):
    """More people than may share a deed. ``limit``: how many beside the author."""

    key = "deeds.too_many_people"


@dataclass(frozen=True, slots=True)
class Sharer:
    """Somebody who took part. ``agreed``: to stand on the honour roll; None: not said yet.

    ``erased``: their data were erased, and the name is a pseudonym.
    """

    person_id: int
    name: str
    agreed: bool | None = None
    erased: bool = False


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture of a deed. ``kind`` photo or document; ``unique_id`` is the same wherever the messenger shows it.

    ``album`` is shared by the parts of one album; ``sha256`` names the local copy, if there is one.
    """

    id: int
    deed_id: int
    kind: str
    file_id: str
    unique_id: str
    album: str | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it was sent. ``kind`` photo or document."""

    kind: str
    file_id: str
    unique_id: str


@dataclass(frozen=True, slots=True)
class Signature:
    """Who said that it is true, and when (ms UTC)."""

    person_id: int
    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Return:
    """Why it was returned, by whom, and when (ms UTC). ``words``: for ``other``."""

    reason: ReturnReason
    words: str
    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Deed:
    """A deed. ``sharers``: the author first. ``unit``: the author's when it was logged.

    ``happened_at`` (ms UTC) is a moment when ``exact``, else any moment of the day. ``edits`` counts changes, so that
    a signature is for what was shown.
    """

    id: int
    state: DeedState
    sharers: tuple[Sharer, ...]
    unit: Unit
    station: str
    kind: DeedKind
    happened_at: int
    exact: bool
    place: str
    text: str
    tags: frozenset[Conduct]
    witness: Sharer | None
    photos: tuple[Photo, ...]
    edits: int
    created_at: int
    submitted_at: int | None = None
    first: Signature | None = None
    second: Signature | None = None
    returned: Return | None = None

    @property
    def author_id(self) -> int:
        """Who logged it."""
        return self.sharers[0].person_id

    @property
    def people(self) -> tuple[int, ...]:
        """Ids of who took part, the author first."""
        return tuple(one.person_id for one in self.sharers)

    @property
    def waits_since(self) -> int:
        """Since when it waits for the signature that is due, ms UTC."""
        return self.first.at if self.first else self.submitted_at or self.created_at


def words(text: str) -> str:
    """A deed's text as it is kept. Raises WordsTooLong."""
    tidy = "\n".join(line for line in (" ".join(line.split()) for line in text.splitlines()) if line)
    if len(tidy) > WORDS_LIMIT:
        raise WordsTooLong(limit=WORDS_LIMIT)
    return tidy


def fits_list(deed: Deed) -> bool:
    """Whether a line of a list shows its words and people whole, so that it can be signed from there."""
    text = " ".join(deed.text.split())
    return len(text.encode("utf-16-le")) <= 2 * LISTED_WORDS and len(deed.sharers) <= LISTED_PEOPLE


def may_be_deed(text: str) -> bool:
    """Whether a stray message is offered to be logged: it has a few letters and asks nothing.

    >>> may_be_deed("帮司机推车"), may_be_deed("什么时候培训？"), may_be_deed("11-30"), may_be_deed("好的")
    (True, False, False, False)
    """
    tidy = text.strip()
    return sum(map(str.isalpha, tidy)) >= SHORTEST and not tidy.endswith(("?", "？", "吗", "呢"))


def may_log(caller: Person) -> bool:
    """Whether the caller logs deeds: everybody but the bureau."""
    return caller.role is not Role.BUREAU


def require_logger(caller: Person) -> None:
    """Raise NotForRole unless the caller logs deeds."""
    if not may_log(caller):
        raise NotForRole


def may_read(caller: Person, deed: Deed) -> bool:
    """Whoever took part, the witness, and leaders of the unit."""
    if caller.id in deed.people or (deed.witness is not None and deed.witness.person_id == caller.id):
        return True
    return caller.role in LEADERS and caller.unit.holds(deed.unit)


def require_reader(caller: Person, deed: Deed) -> None:
    """Raise NotYours unless the caller may read the deed, MovedOn while it is its author's alone."""
    if not may_read(caller, deed):
        raise NotYours
    if caller.id != deed.author_id and deed.state not in SHOWN:
        raise MovedOn


# signing ---------------------------------------------------------------------------------------------------------

SECONDS = frozenset({Role.STATION_HEAD, Role.OFFICE})


def require_signer(caller: Person, deed: Deed) -> None:
    """Raise unless the caller may give the signature that is due (or return the deed).

    The first is a witness's or a leader's, the second a station head's or the office's; leaders must hold the unit.
    Raises OwnDeed, SignedAlready, NotYours, NotForRole.
    """
    if caller.id in deed.people:
        raise OwnDeed
    if deed.state is not DeedState.VOUCHED and deed.witness is not None and deed.witness.person_id == caller.id:
        return
    if caller.role not in LEADERS or not caller.unit.holds(deed.unit):
        raise NotYours
    if deed.state is DeedState.VOUCHED:
        if deed.first is not None and deed.first.person_id == caller.id:
            raise SignedAlready
        if caller.role not in SECONDS:
            raise NotForRole


def may_sign(caller: Person, deed: Deed) -> bool:
    """Whether a signature is due that the caller may give."""
    if deed.state not in WAITING:
        return False
    try:
        require_signer(caller, deed)
    except DomainError:
        return False
    return True


def levels(deed: Deed, leaders: Iterable[Person]) -> tuple[tuple[int, ...], ...]:
    """Who may give the signature that is due, from the nearest level up; empty levels are left out.

    ``leaders``: the office's. Person ids. First witness and team leaders, then the station's heads, then the office.
    """
    able = [one for one in leaders if may_sign(one, deed)]
    nearest = [one.id for one in able if one.role is Role.TEAM_LEADER]
    if deed.state is DeedState.SUBMITTED and deed.witness is not None and deed.witness.person_id not in deed.people:
        nearest.append(deed.witness.person_id)
    heads = [one.id for one in able if one.role is Role.STATION_HEAD]
    office = [one.id for one in able if one.role is Role.OFFICE]
    return tuple(tuple(level) for level in (nearest, heads, office) if level)


def waits_for(deed: Deed, leaders: Iterable[Person], now: int) -> frozenset[int]:
    """For whom it waits at ``now`` (ms UTC): the nearest level; two days unanswered, the one above it too."""
    above = levels(deed, leaders)
    reach = 2 if now - deed.waits_since > CLIMBS else 1
    return frozenset(one for level in above[:reach] for one in level)


# the honour roll ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Honour:
    """A line of the honour roll: only who agreed, and what for.

    ``text`` is "" where it names somebody who did not, or may name somebody whose data were erased.
    """

    names: tuple[str, ...]
    station: str
    kind: DeedKind
    text: str
    at: int


def honour(deed: Deed, staff: Iterable[str] = ()) -> Honour | None:
    """What a confirmed deed says on the honour roll; None when nobody agreed. ``staff``: names of all colleagues."""
    if deed.state is not DeedState.CONFIRMED or deed.second is None:
        return None
    names = tuple(one.name for one in deed.sharers if one.agreed)
    if not names:
        return None
    silent = {*staff, *(one.name for one in deed.sharers)}.difference(names)
    hidden = any(one.erased for one in deed.sharers) or any(name in deed.text for name in silent)
    return Honour(names, deed.station, deed.kind, "" if hidden else deed.text, deed.second.at)


def roll(deeds: Sequence[Deed], staff: Sequence[str] = ()) -> tuple[Honour, ...]:
    """The honour roll of these deeds, in the order in which they were confirmed: it ranks nobody.

    ``staff``: names of all colleagues; words that name one who did not agree are left out.
    """
    lines = [line for deed in deeds if (line := honour(deed, staff)) is not None]
    return tuple(sorted(lines, key=lambda line: line.at))


def station_path(unit: Unit) -> str:
    """The path of the station or branch point above a team; of any other unit its own.

    >>> station_path(Unit(9, UnitKind.TEAM, "一班", 4, "1.2.4.9."))
    '1.2.4.'
    """
    if unit.kind is not UnitKind.TEAM:
        return unit.path
    return unit.path.rstrip(".").rpartition(".")[0] + "."
