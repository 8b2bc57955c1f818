"""The form of deeds: what it waits for, a message as it takes it in, and the keywords by which things are proposed.

A message may be handled again after later ones, when its answer was lost: what a form took in is taken in by no other.
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from content.deed_rules import load_rules
from domain.clock import MINUTE
from domain.deeds import PhotoFault, Picture
from domain.deeds.proposing import Rules
from services.deeds.common import FORM
from storage import deeds as store
from storage import drafts
from storage.database import Connection
from storage.drafts import Draft

RECENT = 10 * MINUTE  # parts of an album come within it, even over a bad line; and what is handled again


class Step(StrEnum):
    """What the form waits for."""

    NEW = "new"  # the deed itself
    OPEN = "open"  # more words, more photos
    TEXT = "text"  # the words, anew
    TIME = "time"
    PLACE = "place"
    REASON = "reason"  # why a leader returns it


class When(StrEnum):
    """The times that are offered as buttons."""

    JUST = "just"
    TODAY = "today"
    YESTERDAY = "yesterday"


@dataclass(frozen=True, slots=True)
class Sent:
    """A message as deeds take it in. ``fault``: a picture that came with it cannot be taken."""

    origin: str
    message_id: int
    text: str
    picture: Picture | None = None
    fault: PhotoFault | None = None
    album: str | None = None


@cache
def keywords() -> Rules:
    """The rules by which kind, time and place are proposed; read once a process."""
    found, faults = load_rules()
    if found is None:
        raise RuntimeError("; ".join(map(str, faults)))
    return found


def subject(draft: Draft) -> int | None:
    """The deed that the form is about; None before there is one."""
    found: int | None = json.loads(draft.data)["deed"]
    return found


def data(deed_id: int | None, now: int, **more: int) -> str:
    """A form about a deed, or before there is one, that was touched at ``now`` (ms UTC)."""
    return json.dumps({"deed": deed_id, "at": now, **more})


async def begin(
    tx: Connection, person_id: int, step: Step, deed_id: int | None, origin: str, now: int, **more: int
) -> None:
    """Open the form in place of an older one. ``origin`` names the press; presses that came together may share it."""
    held = data(deed_id, now, **more)
    await drafts.begin(tx, person_id, FORM, step, held, f"{origin}:{step}:{deed_id}", now)


async def leave(tx: Connection, person_id: int, deed_id: int, now: int) -> None:
    """Close the form about this deed, if the person has it open."""
    draft = await store.open_form(tx, person_id, FORM)
    if draft is not None and subject(draft) == deed_id:
        await drafts.close(tx, draft.id, now)


async def taken_in(tx: Connection, person_id: int, sent: Sent, now: int) -> bool:
    """Whether a form took this message in, or a newer one, for it is handled again. Parts of an album change places."""
    if sent.album is not None and sent.picture is not None and not await store.knows_photo(tx, sent.origin):
        return False
    return sent.message_id <= await store.last_seen(tx, person_id, FORM, now - RECENT)
