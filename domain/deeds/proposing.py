"""What a few words say of a deed: kind, day, time, place and conduct standards, by keywords that staff may edit.

Proposes only: the author sees it and changes it with a tap. The longest keyword that is found wins, so that 见义勇为 is
not overruled by a word that happens to stand in it.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from domain.clock import local, millis
from domain.deeds.deed import Conduct, DeedKind


@dataclass(frozen=True, slots=True)
class Rules:
    """Keywords by kind and by standard, what each kind stands for, words for places; ``offered_places`` are buttons."""

    kinds: Mapping[DeedKind, tuple[str, ...]]
    tags: Mapping[Conduct, tuple[str, ...]]
    kind_tags: Mapping[DeedKind, frozenset[Conduct]]
    places: tuple[str, ...]
    offered_places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed. ``day_offset``: days from today (0, -1 …); ``minute``: since midnight, None where not named."""

    kind: DeedKind
    day_offset: int
    minute: int | None
    place: str
    tags: frozenset[Conduct]


_DAYS = {"大前天": -3, "前天": -2, "前晚": -2, "昨天": -1, "昨日": -1, "昨晚": -1, "昨夜": -1, "昨早": -1, "昨": -1}
_NUMERALS = {
    "零": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
}
_TIME = re.compile(
    r"(?P<part>凌晨|清晨|早上|早晨|今早|昨早|上午|中午|下午|傍晚|晚上|今晚|昨晚|前晚|夜里|半夜|昨夜)?\s*"
    r"(?P<hour>\d{1,2}|十[一二]?|二十[一二三]?|[零一二两三四五六七八九])"
    r"(?:[:：](?P<minute>\d{2})|[点时](?:(?P<minutes>\d{1,2})分?|(?P<half>半)|(?P<quarter>[一三])刻)?)(?!\d|间|候)"
)
_LANE = re.compile(
    r"(?:第)?(?P<number>\d{1,2}|[一二三四五六七八九十]{1,3})号?(?P<what>车道|收费亭|收费窗口|窗口|亭|道口)"
)
_EVENING = {"傍晚", "晚上", "今晚", "昨晚", "前晚", "夜里", "昨夜"}


def propose(text: str, rules: Rules, now: int, tz: tzinfo) -> Proposal:
    """What ``text`` says at ``now`` (ms UTC). A time that would be still to come is left out."""
    plain = unicodedata.normalize("NFKC", text).replace("：", ":")
    kind = _kind(plain, rules)
    offset, minute = _when(plain, now, tz)
    return Proposal(kind, offset, minute, _place(plain, rules), _tags(plain, kind, rules))


def _kind(text: str, rules: Rules) -> DeedKind:
    """By the longest keyword; of two equally long the one that stands first in the rules."""
    found = [(len(word), -at, kind) for at, (kind, word) in enumerate(_words(rules)) if word in text]
    return max(found, key=lambda one: one[:2])[2] if found else DeedKind.OTHER


def _words(rules: Rules) -> Iterator[tuple[DeedKind, str]]:
    return ((kind, word) for kind, words in rules.kinds.items() for word in words)


def _tags(text: str, kind: DeedKind, rules: Rules) -> frozenset[Conduct]:
    named = {tag for tag, words in rules.tags.items() if any(word in text for word in words)}
    return frozenset(named | rules.kind_tags.get(kind, frozenset()))


# place -----------------------------------------------------------------------------------------------------------


def _place(text: str, rules: Rules) -> str:
    """3号车道 where a number stands before it; else the longest place word in the text."""
    lane = _LANE.search(text)
    if lane is not None:
        return f"{_number(lane['number'])}号{lane['what']}"
    return max((word for word in rules.places if word in text), key=len, default="")


def _number(sign: str) -> int:
    """3, 三, 十二 → a number."""
    if sign.isdigit():
        return int(sign)
    tens, ten, ones = sign.rpartition("十")
    if not ten:
        return _NUMERALS[sign[-1]]
    return (_NUMERALS[tens] if tens else 1) * 10 + (_NUMERALS[ones] if ones else 0)


# time ------------------------------------------------------------------------------------------------------------


def _when(text: str, now: int, tz: tzinfo) -> tuple[int, int | None]:
    """Days from today, and the minute of the day if the text names one."""
    offset = next((days for word, days in _DAYS.items() if word in text), 0)
    found = _TIME.search(text)
    if found is None:
        return offset, None
    minute = _minute(found)
    if minute is None or not 0 <= minute < 24 * 60:
        return offset, None
    midnight = millis(datetime.combine(local(now, tz).date() + timedelta(days=offset), time(), tz))
    return offset, minute if midnight + minute * 60_000 <= now else None


def _minute(found: re.Match[str]) -> int | None:
    part, hour = found["part"] or "", _number(found["hour"])
    past = int(found["minute"] or found["minutes"] or (30 if found["half"] else 0))
    if found["quarter"]:
        past = 15 * _NUMERALS[found["quarter"]]
    if hour > 23 or past > 59:
        return None
    afternoon = part in _EVENING or part == "下午"
    if (afternoon and 1 <= hour <= 11) or (part == "中午" and 1 <= hour <= 2):
        hour += 12
    if part in {"半夜", "夜里", "凌晨"} and hour == 12:
        hour = 0
    return hour * 60 + past
