"""Days and moments as people type them: 11-30, 11月30日, 明天, 下周一, 14:30, 今天下午3点, 半小时后. Asks no clock.

A day without its year is the one nearest to today, so that in December 1-10 lies ahead and 11-30 behind. What a person
types is always meant to come: the past is refused, and the refusal names the nearest that would do.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta, tzinfo

from domain.clock import HOUR, MINUTE, local, millis
from domain.errors import DomainError

FAR = timedelta(days=3 * 366)  # beyond it somebody mistyped the year
ROUND = 5 * MINUTE  # the nearest moment is offered in these steps
TEXT_LIMIT = 40  # no date is longer


class BadDay(DomainError):
    """The text names no day."""

    key = "dates.bad_day"


class FarDay(BadDay):
    """The day is years away: most likely the year is mistyped."""

    key = "dates.far_day"


class BadMoment(DomainError):
    """The text names no day with a time of day."""

    key = "dates.bad_moment"


class PastMoment(DomainError):
    """The moment is past. ``nearest``: the first one that would do, as it can be typed (``11-24 10:05``)."""

    key = "dates.past_moment"


class PastDay(PastMoment):
    """The day is past. ``nearest``: today, as it can be typed (``11-24``)."""

    key = "dates.past_day"


_WORDS = {
    "今天": 0, "今日": 0, "今": 0, "today": 0, "明天": 1, "明日": 1, "明": 1, "tomorrow": 1, "后天": 2, "後天": 2,
    "后": 2, "大后天": 3, "大後天": 3, "昨天": -1, "前天": -2, "yesterday": -1,
}  # fmt: skip
_DIGITS = dict(zip("〇零一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)) | {"兩": 2}
_NUMERAL = re.compile(r"(?<![周週期拜])[〇零一二两兩三四五六七八九十]+")  # 周五 keeps its sign: 周五9:00 is no 59:00
_FULL = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号號]?")
_COMPACT = re.compile(r"(20\d\d)(\d\d)(\d\d)")
_SHORT = re.compile(r"(\d{1,2})(?:[-/.]|月)(\d{1,2})[日号號]?")
_OF_MONTH = re.compile(r"(\d{1,2})[日号號]")
_IN_DAYS = re.compile(r"(\d{1,3})天[后後]")
_WEEKDAY = re.compile(r"(下|本|这|這)?(?:个|個)?(?:周|週|星期|礼拜|禮拜)([1-7一二三四五六日天])")
_IN_WHILE = re.compile(r"(?:(\d{1,3})(?:个|個)?(半)?|(半)个?)(分钟|分鐘|小时|小時|钟头|鐘頭)(?:之|以)?[后後]")
_TIME = re.compile(
    r"(凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|早|晚)?"
    r"(\d{1,2})(?::(\d{2})|[点點时時](?:(\d{1,2})分?|([13])刻|(半)|[整钟鐘])?)$"
)
_EVENING = {"傍晚", "晚上", "晚"}


def parse_day(text: str, today: date, *, past: bool = False) -> date:
    """The day that ``text`` means on ``today``.

    Raises BadDay, FarDay, and PastDay for a day before today unless ``past`` is allowed.

    >>> parse_day("11月30日", date(2026, 11, 24)), parse_day("周一", date(2026, 11, 24))
    (datetime.date(2026, 11, 30), datetime.date(2026, 11, 30))
    """
    found = _day(_tidy(text), today)
    if found is None:
        raise BadDay
    if abs(found - today) > FAR:
        raise FarDay
    if found < today and not past:
        raise PastDay(nearest=f"{today.month}-{today.day}")
    return found


def parse_moment(text: str, now: int, tz: tzinfo) -> int:
    """The moment (ms UTC) that ``text`` means at ``now`` (ms UTC) in ``tz``; without a day it is today's.

    Raises BadMoment, FarDay, and PastMoment for a moment that is not after ``now``.
    """
    tidy, here = _tidy(text), local(now, tz)
    found = _in_a_while(tidy, now)
    if found is None:
        found = _at(tidy, here.date(), tz)
    if found is None:
        raise BadMoment
    if found <= now:
        ahead = local(-(-(now + 1) // ROUND) * ROUND, tz)
        raise PastMoment(nearest=f"{ahead.month}-{ahead.day} {ahead:%H:%M}")
    if local(found, tz) - here > FAR:
        raise FarDay
    return found


def parse_happened(text: str, now: int, tz: tzinfo) -> tuple[int, bool]:
    """The moment (ms UTC) in the past or present that ``text`` means, and whether it names a time of day.

    A day alone is its midnight. What is to come is returned too: whoever asks refuses it. Raises BadMoment, FarDay.
    """
    tidy, here = _tidy(text), local(now, tz)
    found = _at(tidy, here.date(), tz)
    if found is not None:
        return found, True
    day = _day(tidy, here.date())
    if day is None:
        raise BadMoment
    if abs(day - here.date()) > FAR:
        raise FarDay
    return millis(datetime.combine(day, time(), tz)), False


def _tidy(text: str) -> str:
    """Half-width, lower case, without spaces, Chinese numerals as digits; "" when it is too long for a date."""
    plain = unicodedata.normalize("NFKC", text).lower().strip()
    plain = re.sub(r"(\d)t(?=\d)", r"\1 ", plain).replace("：", ":")
    # A space between digits separates day and time: it stays.
    plain = re.sub(r"(?<!\d)\s+|\s+(?!\d)", "", plain)
    return _NUMERAL.sub(_arabic, plain) if len(plain) <= TEXT_LIMIT else ""


def _arabic(found: re.Match[str]) -> str:
    """十一 → 11, 三十 → 30, 二〇二六 → 2026."""
    tens, ten, ones = found[0].partition("十")
    if not ten:
        return "".join(str(_DIGITS[sign]) for sign in tens)
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return found[0]
    return str((_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0))


def _day(text: str, today: date) -> date | None:
    if text in _WORDS:
        return today + timedelta(days=_WORDS[text])
    for pattern, read in _FORMS:
        if found := pattern.fullmatch(text):
            return read(found, today)
    return None


def _date(year: int, month: int, day: int) -> date | None:
    with suppress(ValueError):
        return date(year, month, day)
    return None


def _nearest(month: int, day: int, today: date) -> date | None:
    years = (_date(today.year + offset, month, day) for offset in (0, 1, -1))
    return min((found for found in years if found), key=lambda found: abs(found - today), default=None)


def _next_of_month(day: int, today: date) -> date | None:
    """30号: of this month, or of the first month after it that has such a day still to come."""
    return next((found for found in _months(day, today) if found and found >= today), None)


def _months(day: int, today: date) -> Iterator[date | None]:
    for offset in range(4):
        years, month = divmod(today.month - 1 + offset, 12)
        yield _date(today.year + years, month + 1, day)


def _weekday(which: str | None, sign: str, today: date) -> date:
    """周五: the coming one, today included; 本周五 and 下周五 count weeks from Monday."""
    number = int(sign) if sign.isdigit() else "一二三四五六日".find(sign) + 1 or 7
    monday = today - timedelta(days=today.weekday())
    if which is None:
        return today + timedelta(days=(number - today.isoweekday()) % 7)
    return monday + timedelta(days=number - 1 + (7 if which == "下" else 0))


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], date | None]], ...] = (
    (_FULL, lambda found, _: _date(int(found[1]), int(found[2]), int(found[3]))),
    (_COMPACT, lambda found, _: _date(int(found[1]), int(found[2]), int(found[3]))),
    (_SHORT, lambda found, today: _nearest(int(found[1]), int(found[2]), today)),
    (_OF_MONTH, lambda found, today: _next_of_month(int(found[1]), today)),
    (_IN_DAYS, lambda found, today: today + timedelta(days=int(found[1]))),
    (_WEEKDAY, lambda found, today: _weekday(found[1], found[2], today)),
)


def _in_a_while(text: str, now: int) -> int | None:
    found = _IN_WHILE.fullmatch(text)
    if found is None:
        return None
    halves = 2 * int(found[1] or 0) + (1 if found[2] or found[3] else 0)
    return now + halves * (MINUTE if found[4] in {"分钟", "分鐘"} else HOUR) // 2


def _at(text: str, today: date, tz: tzinfo) -> int | None:
    found = _TIME.search(text)
    if found is None:
        return None
    before = text[: found.start()].strip().removesuffix("的")
    if text[max(0, found.start() - 1) : found.start() + 1].isdigit() and found.start():
        return None  # the end of a longer number
    day, at = _day(before, today) if before else today, _time(found)
    if day is None or at is None:
        return None
    days, minutes = divmod(at, 24 * 60)
    return millis(datetime.combine(day + timedelta(days=days), time(minutes // 60, minutes % 60), tz))


def _time(found: re.Match[str]) -> int | None:
    """Minutes since midnight. 晚上12点 is 24:00, midnight of the next day."""
    hour = _hour(found[1] or "", int(found[2]))
    minute = 30 if found[6] else 15 * int(found[5]) if found[5] else int(found[3] or found[4] or 0)
    total = hour * 60 + minute
    return total if minute < 60 and total <= 24 * 60 - (0 if found[1] in _EVENING else 1) else None


def _hour(part: str, hour: int) -> int:
    if part in _EVENING:
        return hour + 12 if 1 <= hour <= 12 else hour
    if (part == "下午" and 1 <= hour <= 11) or (part == "中午" and 1 <= hour <= 2):
        return hour + 12
    return 0 if part == "凌晨" and hour == 12 else hour
