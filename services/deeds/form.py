"""The form of deeds: what it waits for, a message as it takes it in, and the keywords by which things are proposed."""

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from content.deed_rules import load_rules
from domain.deeds import PhotoFault, Picture
from domain.deeds.proposing import Rules
from storage.drafts import Draft


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


def data(deed_id: int | None) -> str:
    """A form about a deed, or before there is one."""
    return json.dumps({"deed": deed_id})
