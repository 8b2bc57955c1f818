"""Units, people, roles, scope and invitations: who is who, and what part of the tree a person may see or touch.

Knows no storage and no Telegram; an *account* is the messenger's user id, a *person* is a staff number of the office.
"""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from domain.clock import HOUR
from domain.errors import DomainError, NotForRole, NotYours

INVITATION_BYTES = 24  # 192 random bits, 32 characters of URL-safe base64: fits a deep-link payload (64)
WRONG_TRIES_PER_HOUR = 5
TRY_WINDOW = HOUR


class Role(StrEnum):
    """What a person is in the office. Duties (lecturer, invigilator …) are given per task and are no roles."""

    COLLECTOR = "collector"
    TEAM_LEADER = "team_leader"
    STATION_HEAD = "station_head"
    OFFICE = "office"
    BUREAU = "bureau"


class UnitKind(StrEnum):
    """Levels of the tree, from the top down; a branch point 支线点 stands where a station stands."""

    BUREAU = "bureau"
    TOLL_OFFICE = "toll_office"
    STATION = "station"
    BRANCH = "branch"
    TEAM = "team"


class Locale(StrEnum):
    """Languages of the screens."""

    ZH_CN = "zh_CN"
    ZH_TW = "zh_TW"
    EN = "en"

    @classmethod
    def of_language_code(cls, code: str | None) -> "Locale":
        """The best catalogue for a client's IETF language tag; Chinese when in doubt.

        >>> Locale.of_language_code("zh-hant"), Locale.of_language_code("en-GB"), Locale.of_language_code(None)
        (<Locale.ZH_TW: 'zh_TW'>, <Locale.EN: 'en'>, <Locale.ZH_CN: 'zh_CN'>)
        """
        tag = (code or "").lower().replace("_", "-")
        if tag.startswith("en"):
            return cls.EN
        if tag.startswith("zh") and any(part in tag for part in ("hant", "tw", "hk", "mo")):
            return cls.ZH_TW
        return cls.ZH_CN


@dataclass(frozen=True, slots=True)
class Unit:
    """A node of the tree. ``path`` lists the ids from the root to this unit, each followed by a dot: ``1.4.9.``."""

    id: int
    kind: UnitKind
    name: str
    parent_id: int | None
    path: str

    def holds(self, other: "Unit") -> bool:
        """Whether ``other`` is this unit or lies below it."""
        return other.path.startswith(self.path)


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff as the bot knows them. ``station`` names the station or branch point above the team."""

    id: int
    staff_no: str
    name: str
    role: Role
    unit: Unit
    station: str | None
    batch: int | None
    locale: Locale
    joined: bool = False

    @property
    def scope(self) -> str:
        """The path prefix that limits every query this person makes.

        A collector's scope is the own team for names of units, but see :func:`may_see`: people are only themselves.
        """
        return self.unit.path


LEADERS = frozenset({Role.TEAM_LEADER, Role.STATION_HEAD, Role.OFFICE})


def may_see(caller: Person, other: Person) -> bool:
    """Whether ``caller`` may see ``other`` by name: oneself always, leaders their own part, the bureau no one.

    The bureau reads in aggregate (PRODUCT §1).
    """
    if caller.id == other.id:
        return True
    return caller.role in LEADERS and caller.unit.holds(other.unit)


def require_sight(caller: Person, other: Person) -> None:
    """Raise NotYours unless ``caller`` may see ``other``."""
    if not may_see(caller, other):
        raise NotYours


def require_role(caller: Person, *roles: Role) -> None:
    """Raise NotForRole unless the caller has one of ``roles``."""
    if caller.role not in roles:
        raise NotForRole


class InvitationRefused(DomainError):
    """Wrong, used, expired or withdrawn: the stranger gets the same sentence for all four and learns nothing."""

    key = "people.invitation_refused"


class TooManyTries(DomainError):
    """Five wrong invitations within an hour from one account."""

    key = "people.too_many_tries"


class AccountTaken(DomainError):
    """The account already belongs to another member of staff."""

    key = "people.account_taken"


@dataclass(frozen=True, slots=True)
class Invitation:
    """A one-use way in for one person. The token itself is shown once and never stored."""

    id: int
    person_id: int
    issued_at: int
    expires_at: int
    opened_by: int | None
    used_at: int | None
    revoked_at: int | None

    def open_at(self, now: int) -> bool:
        """Whether it can still be used at ``now`` (ms UTC)."""
        return self.used_at is None and self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True)
class IssuedInvitation:
    """What the issuer gets to hand over: the only moment at which the token is readable."""

    person: Person
    token: str
    expires_at: int

    def link(self, bot_username: str) -> str:
        """The deep link that opens the bot with this invitation."""
        return f"https://t.me/{bot_username}?start={self.token}"


def new_token() -> str:
    """A fresh invitation token: 24 random bytes as 32 characters of ``A-Za-z0-9_-``."""
    return urlsafe_b64encode(secrets.token_bytes(INVITATION_BYTES)).decode().rstrip("=")


def token_hash(token: str) -> str:
    """What is stored instead of a token: SHA-256, hexadecimal. The token has 192 random bits, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def too_many_tries(wrong: Iterable[int], now: int) -> bool:
    """Whether an account has used up its wrong tries. ``wrong``: moments of its wrong tries, ms UTC, any order."""
    return sum(1 for at in wrong if now - at < TRY_WINDOW) >= WRONG_TRIES_PER_HOUR


@dataclass(frozen=True, slots=True)
class UnitCount:
    """How many of a unit's people have joined; the bureau and the office read these instead of names."""

    unit: Unit
    people: int
    joined: int


@dataclass(frozen=True, slots=True)
class Binding:
    """Which account speaks for a person, and where to reach it."""

    person: Person
    account_id: int
    chat_id: int
    blocked: bool
