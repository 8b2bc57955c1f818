"""What a few words say of a deed: kind, day, time, place and conduct standards, by keywords that staff may edit.

Proposes only: the author sees it and changes it with a tap. Long keywords weigh most and hide those that stand in them,
so that 打不着火 is no fire and 见义勇为 is not overruled by a small word beside it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from functools import lru_cache

from domain.deeds.deed import Conduct, DeedKind
from domain.deeds.timing import just, when

GAP = "…"  # in a keyword: anything within a sentence
REACH = 12  # characters that it stands for at most
KEPT = 4096  # compiled keywords: several times as many as there are


@dataclass(frozen=True, slots=True)
class Rules:
    """Keywords by kind and by standard, what each kind stands for, words for places; ``offered_places`` are buttons.

    A keyword is found anywhere, one in Latin letters as a whole word; ``…`` in it stands for up to twelve characters.
    """

    kinds: Mapping[DeedKind, tuple[str, ...]]
    tags: Mapping[Conduct, tuple[str, ...]]
    kind_tags: Mapping[DeedKind, frozenset[Conduct]]
    places: tuple[str, ...]
    offered_places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed. ``day_offset``: days from today (0, -1 …); ``minute``: since midnight, None where not named.

    ``just``: nothing was said of when; it has just happened.
    """

    kind: DeedKind
    day_offset: int
    minute: int | None
    just: bool
    place: str
    tags: frozenset[Conduct]


def propose(text: str, rules: Rules, now: int, tz: tzinfo) -> Proposal:
    """What ``text`` says at ``now`` (ms UTC). A time that would be still to come is left out."""
    plain = " ".join(unicodedata.normalize("NFKC", text).lower().split())
    kind = _kind(plain, rules)
    offset, minute = when(plain, now, tz)
    return Proposal(kind, offset, minute, just(plain), _place(plain, rules.places), _tags(plain, kind, rules))


def _kind(text: str, rules: Rules) -> DeedKind:
    """The kind whose keywords weigh most; of two equal ones the first in the rules. None found: other."""
    kind_of = {word: kind for kind, words in rules.kinds.items() for word in words}
    weights = dict.fromkeys(rules.kinds, 0)
    for word in _found(text, kind_of):
        weights[kind_of[word]] += weight(word) ** 2
    best = max(weights, key=lambda kind: weights[kind], default=DeedKind.OTHER)
    return best if weights.get(best) else DeedKind.OTHER


def _tags(text: str, kind: DeedKind, rules: Rules) -> frozenset[Conduct]:
    named = {tag for tag, words in rules.tags.items() if any(_pattern(word).search(text) for word in words)}
    return frozenset(named | rules.kind_tags.get(kind, frozenset()))


def weight(word: str) -> int:
    """How much a keyword says: 3 for each Chinese character, 1 for any other, which takes several to say as much.

    >>> weight("打不着火"), weight("还…失主"), weight("wallet")
    (12, 9, 6)
    """
    return sum(3 if sign > "\u2e80" else 1 for sign in word if sign != GAP)


def _found(text: str, words: Iterable[str]) -> Iterator[str]:
    """The keywords in the text, each once, heaviest first; not those that only stand within a heavier one."""
    taken = bytearray(len(text))
    near = [word for word in words if all(part in text for part in _parts(word))]  # much cheaper than the patterns
    for word in sorted(near, key=lambda word: (-weight(word), word)):
        free = [found for found in _pattern(word).finditer(text) if not all(taken[found.start() : found.end()])]
        for found in free:
            for part in range(1, found.re.groups + 1):
                taken[slice(*found.span(part))] = b"\1" * len(found[part])
        if free:
            yield word


@lru_cache(maxsize=KEPT)
def _parts(word: str) -> tuple[str, ...]:
    return tuple(unicodedata.normalize("NFKC", part).lower() for part in word.split(GAP))


@lru_cache(maxsize=KEPT)
def _pattern(word: str) -> re.Pattern[str]:
    """A group for each part of the keyword."""
    return re.compile(rf"[^。！？!?;；]{{0,{REACH}}}?".join(map(_part, _parts(word))))


def _part(part: str) -> str:
    """A part in Latin letters is a whole word: there is no aid in said. Chinese may stand close to it."""
    before = "(?<![a-z0-9])" if part[0].isascii() else ""
    after = "(?![a-z0-9])" if part[-1].isascii() else ""
    return f"({before}{re.escape(part)}{after})"


# place -----------------------------------------------------------------------------------------------------------

_DIGITS = dict(zip("一二两三四五六七八九", (1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_LANE = re.compile(
    r"(?P<way>入口|出口)?第?(?<![\d.])(?P<number>\d{1,3}|[一二三四五六七八九十]{1,3})"
    r"号?(?P<what>车道|收费亭|收费窗口|窗口|岗亭|亭|道口|(?<=[\d号])道(?![路歉谢理德]))"  # 5道, but 一道帮忙
    r"|(?<![a-z])lane\s*(?:no\.?\s*)?(?P<english>\d{1,3})(?!\d)"
)


def _place(text: str, words: tuple[str, ...]) -> str:
    """3号车道 where a number stands before it; else the longest place word in the text, "" without one."""
    lane = _LANE.search(text)
    if lane is not None:
        what = "车道" if lane["what"] in {None, "道"} else lane["what"]
        return f"{lane['way'] or ''}{_number(lane['number'] or lane['english'])}号{what}"
    return max((word for word in words if _pattern(word).search(text)), key=len, default="")


def _number(sign: str) -> int:
    """3, 三, 十二 → a number."""
    if sign.isdigit():
        return int(sign)
    tens, ten, ones = sign.rpartition("十")
    if not ten:
        return _DIGITS[sign[-1]]
    return _DIGITS.get(tens[-1:], 1) * 10 + _DIGITS.get(ones, 0)
