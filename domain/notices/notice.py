"""What a notice is: content, states, and what is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from domain import markup
from domain.clock import DAY, HOUR
from domain.errors import DomainError
from domain.people import Role, Unit

TEXT_ROOM = 3_500  # visible characters: a message holds 4096, the rest is for header, footer and a preview's frame
CAPTION_ROOM = 750  # of 1024 under a picture or a file
REASON_ROOM = 60
NUDGES = 2
STALE = DAY + HOUR  # a scheduled notice that was not sent by then was missed
TITLE_ROOM = 20  # characters of a template's title


class State(StrEnum):
    """Where a notice stands."""

    DRAFT = "draft"
    WAITING = "waiting"  # for a second person
    SCHEDULED = "scheduled"
    SENDING = "sending"
    SENT = "sent"  # nothing waits to be sent any more
    CANCELLED = "cancelled"  # what was not sent yet stays unsent; all of it where it was never released
    RECALLED = "recalled"


MOVES: Mapping[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.WAITING, State.SCHEDULED, State.SENDING, State.CANCELLED}),
    State.WAITING: frozenset({State.DRAFT, State.SCHEDULED, State.SENDING, State.CANCELLED}),
    State.SCHEDULED: frozenset({State.DRAFT, State.SENDING, State.CANCELLED}),
    State.SENDING: frozenset({State.SENT, State.CANCELLED, State.RECALLED}),
    State.SENT: frozenset({State.SENDING, State.RECALLED}),
    State.CANCELLED: frozenset({State.RECALLED}),
    State.RECALLED: frozenset(),
}
OUT = frozenset({State.SENDING, State.SENT, State.CANCELLED})  # states in which somebody may hold a copy


def sources(to: State) -> frozenset[State]:
    """The states from which a notice can become ``to``."""
    return frozenset(state for state, targets in MOVES.items() if to in targets)


# refusals ---------------------------------------------------------------------------------------------------------


class NothingToSend(DomainError):
    """A voice, a sticker, a place: a notice is a text, a photo or a document."""

    key = "notice.nothing_to_send"


class AlbumRefused(DomainError):
    """Several pictures at once; a notice carries one."""

    key = "notice.album_refused"


class TooLong(DomainError):
    """More than ``limit`` characters; ``length`` were sent."""

    key = "notice.too_long"


class CaptionTooLong(TooLong):
    """The same under a picture or a file, where there is less room."""

    key = "notice.caption_too_long"


class TextOnly(DomainError):
    """A reason, a time or a corrected text is text alone."""

    key = "notice.text_only"


class ReasonTooLong(TooLong):
    """A reason is one line."""

    key = "notice.reason_too_long"


class NobodyThere(DomainError):
    """The audience is empty."""

    key = "notice.nobody_there"


class NobodyToAgree(DomainError):
    """A second person of the office has to agree, and there is none."""

    key = "notice.nobody_to_agree"


class NotAlone(DomainError):
    """Nobody agrees to what they wrote themselves."""

    key = "notice.not_alone"


class SameText(DomainError):
    """A correction that changes nothing."""

    key = "notice.same_text"


class NoText(DomainError):
    """A template is made of text; this notice has none."""

    key = "notice.no_text"


# the notice -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Attached:
    """A picture or a file that the messenger has. ``kind``: photo or document."""

    kind: str
    file_id: str


@dataclass(frozen=True, slots=True)
class Content:
    """What a notice says: tidied HTML, perhaps with a picture or a file."""

    text: str
    attached: Attached | None = None


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a notice is for. None is: not chosen yet (unit), every role, both batches, no other notice.

    ``unheard_of``: only those who have not confirmed the notice with this id.
    """

    unit_id: int | None = None
    role: Role | None = None
    batch: int | None = None
    unheard_of: int | None = None


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote it, as receivers read it; also after they left. ``unit`` is theirs when they wrote it."""

    id: int
    name: str
    unit: Unit
    station: str | None


@dataclass(frozen=True, slots=True)
class Correction:
    """A new text that is not out yet. ``asked``: it waits for a second person."""

    text: str
    by: int
    asked: bool

    @property
    def stamp(self) -> str:
        """The same for the same text: a button applies the text that it stands under."""
        return sha256(self.text.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice. Times are ms UTC; ``send_at`` None is: at once. ``version`` counts the texts that went out.

    ``pulse`` grows with every change but deliveries, ``edits`` with each change of the draft. ``asked`` is how often a
    second person was asked, ``nudges`` the reminders to those who have not confirmed this version.
    """

    id: int
    author: Author
    text: str
    attached: Attached | None
    needs_confirm: bool
    urgent: bool
    reason: str | None
    audience: Audience
    state: State
    send_at: int | None
    edits: int
    asked: int
    agreed_by: int | None
    returned: str | None
    released_at: int | None
    version: int
    corrected_at: int | None
    correction: Correction | None
    nudges: int
    cascaded_at: int | None
    created_at: int
    changed_at: int
    pulse: int

    @property
    def out(self) -> bool:
        """Whether somebody may hold a copy of it."""
        return self.state in OUT and self.released_at is not None


@dataclass(frozen=True, slots=True)
class Received:
    """A notice as one receiver has it. ``confirmed_at``: of this version; ``confirmed_before``: of an older one."""

    notice: Notice
    confirmed_at: int | None
    confirmed_before: bool = False

    @property
    def to_confirm(self) -> bool:
        """Whether it waits for [收到]."""
        return self.notice.needs_confirm and self.confirmed_at is None


@dataclass(frozen=True, slots=True)
class Template:
    """A text that its owner may use again."""

    id: int
    owner_id: int
    title: str
    text: str


def room(attached: Attached | None) -> int:
    """How many visible characters the text may have."""
    return CAPTION_ROOM if attached else TEXT_ROOM


def content(html: str, attached: Attached | None) -> Content:
    """What somebody sent, as the content of a notice.

    Raises NothingToSend, TooLong, CaptionTooLong, BrokenMarkup.
    """
    text = markup.tidied(html)
    if not attached and not markup.plain(text).strip():
        raise NothingToSend
    length, limit = markup.length(text), room(attached)
    if length > limit:
        raise (CaptionTooLong if attached else TooLong)(length=length, limit=limit)
    return Content(text, attached)


def reason(text: str) -> str:
    """Why it is urgent, or sent back: one line. Raises TextOnly, ReasonTooLong."""
    line = " ".join(text.split())
    if not line:
        raise TextOnly
    if markup.units(line) > REASON_ROOM:
        raise ReasonTooLong(length=markup.units(line), limit=REASON_ROOM)
    return line


def title(text: str) -> str:
    """A template's title: how its text begins. Raises NoText."""
    line = markup.excerpt(text, TITLE_ROOM)
    if not line:
        raise NoText
    return line
