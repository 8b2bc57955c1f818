"""When a deed happened, out of running text: 昨晚十点半, 今早8点, 11月23日14时20分, 上周六, 3pm. Asks no clock.

Finds where the text names a day and a time; domain/dates.py reads them. Deeds lie behind: what would be still to come
is left out.
"""

import re
from datetime import date, datetime, time, timedelta, tzinfo

from domain.clock import MINUTE, local, millis
from domain.dates import BadDay, BadMoment, parse_day, parse_happened

LONG_AGO = 366  # days; a date before them belongs to another year
HALF, WHOLE = 12 * 60, 24 * 60  # minutes
SMALL_HOURS = 6  # 昨晚2点 is past midnight; who writes 晚上10点 in the small hours means the evening before
_DAYS = {
    "大前天": -3, "前天": -2, "前日": -2, "前晚": -2,
    "昨天": -1, "昨日": -1, "昨晚": -1, "昨夜": -1, "昨早": -1, "昨": -1,
    "今天": 0, "今日": 0, "今早": 0, "今晨": 0, "今晚": 0, "刚才": 0, "刚刚": 0,
    "yesterday": -1, "last night": -1, "today": 0, "this morning": 0, "just now": 0,
}  # fmt: skip
_NOW = frozenset({"刚才", "刚刚", "just now"})
_EVENING = "晚上"
_PARTS = {
    "凌晨": "凌晨", "清晨": "早上", "早晨": "早上", "早上": "早上", "今早": "早上", "今晨": "早上", "昨早": "早上",
    "一早": "早上", "上午": "上午", "中午": "中午", "下午": "下午",
    "傍晚": _EVENING,
    "晚上": _EVENING, "今晚": _EVENING, "昨晚": _EVENING, "前晚": _EVENING, "当晚": _EVENING, "昨夜": _EVENING,
    "夜里": _EVENING, "半夜": _EVENING, "深夜": _EVENING, "早": "早上", "晚": _EVENING,
}  # fmt: skip
_DAY = re.compile(
    rf"(?P<word>{'|'.join(_DAYS)})"
    r"|(?<!\d)(?P<date>(?:\d{4}年)?\d{1,2}月\d{1,2}[日号]?|20\d\d-\d{1,2}-\d{1,2}|\d{1,2}-\d{1,2}(?=\s+\d{1,2}[:点时]))"
    r"|(?<![每下到至])(?<![每下]个)(?P<week>上个?)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])(?![到至])"
)
_TIME = re.compile(
    rf"(?P<part>{'|'.join(_PARTS)})?\s*"
    r"(?P<clock>(?<![\d.:])(?P<hour>\d{1,2}|[零一二两三四五六七八九十]{1,3})"
    r"(?::\d\d(?!\d)"
    r"|(?P<point>点)(?![儿子名赞击评心建意])(?:半|整|钟|[一三13]刻|(?:[0-5]?\d|[零二三四五]?[十一二三四五六七八九]{1,2})分?(?!\d))?"
    r"|(?<=\d)时(?![间候段代速长期常])(?:[0-5]?\d分)?))"
    r"(?:\s*(?P<half>[ap])m(?![a-z]))?"
    r"|(?<![\d.:])(?P<bare>1[0-2]|[1-9])\s*(?P<noon>[ap])m(?![a-z])"
)


def when(text: str, now: int, tz: tzinfo) -> tuple[int, int | None]:
    """Days from the day of ``now`` (ms UTC; 0, -1 …), and minutes since its midnight, None where no time is named.

    ``text``: half-width and lower case. The first day that is named counts, and the time that is named with it. A day
    still to come is not taken, a time still to come is dropped.
    """
    today = local(now, tz).date()
    days = [(found.start(), offset) for found in _DAY.finditer(text) if (offset := _offset(found, today)) is not None]
    clock = next(filter(_is_time, _TIME.finditer(text)), None)
    if clock is None:
        return (days[0][1] if days else 0), None
    before = [offset for start, offset in days if start <= clock.end() + 1]  # 3pm yesterday, too
    offset = before[0] if before else 0
    minutes = _minutes(clock, offset, now, tz) if len(before) < 2 else []
    for total in minutes:
        days_off, minute = divmod(offset * WHOLE + total, WHOLE)
        if _at(today + timedelta(days=days_off), minute, tz) <= now:
            return days_off, minute
    return offset, None


def just(text: str) -> bool:
    """Whether ``text`` (half-width, lower case) says nothing of a day or a part of one: then it has just happened.

    >>> just("帮司机推车"), just("刚才帮司机推车"), just("今早帮司机推车")
    (True, True, False)
    """
    days = any(found["word"] not in _NOW for found in _DAY.finditer(text))
    parts = any(len(part) > 1 and part in text for part in _PARTS)
    return not (days or parts or any(map(_is_time, _TIME.finditer(text))))


def _at(day: date, minute: int, tz: tzinfo) -> int:
    return millis(datetime.combine(day, time(), tz)) + minute * MINUTE


def _offset(found: re.Match[str], today: date) -> int | None:
    """Days from ``today``; None for a day that is none, is to come, or is long gone."""
    if found["word"]:
        return _DAYS[found["word"]]
    if found["weekday"]:
        back = today.isoweekday() - ("一二三四五六日".find(found["weekday"]) + 1 or 7)
        return -(back + 7 if found["week"] else back % 7)
    try:
        back = (today - parse_day(found["date"], today, past=True)).days
    except BadDay:
        return None
    return -back if 0 <= back <= LONG_AGO else None


def _is_time(found: re.Match[str]) -> bool:
    """一点 and 两点 alone mostly are no time: 帮了一点忙, 两点建议."""
    return found["clock"] not in {"一点", "两点"} or bool(found["part"])


def _minutes(found: re.Match[str], offset: int, now: int, tz: tzinfo) -> list[int]:
    """What the time may mean, likeliest first, in minutes from the midnight of the day that is named."""
    part, half = _PARTS.get(found["part"] or "", ""), found["half"] or found["noon"]
    minute = _minute(found["clock"] or f"{found['bare']}点", now, tz)
    if minute is None:
        return []
    hour = minute // 60
    if half or part == "下午":
        return [minute % HALF + (0 if half == "a" else HALF)] if hour <= 12 else [minute]
    if part == _EVENING:
        return _in_the_evening(minute, offset, now, tz)
    if part == "中午" and hour in {1, 2}:
        return [minute + HALF]
    if part == "凌晨" and hour == 12:
        return [minute - HALF]
    if found["point"] and not part and not offset and 1 <= hour < 12:
        return [minute + HALF, minute]  # 3点, written at half past three in the afternoon, is 15:00
    return [minute]


def _in_the_evening(minute: int, offset: int, now: int, tz: tzinfo) -> list[int]:
    """晚上10点, 晚上12点 (midnight at its end), 晚上2点 (past midnight)."""
    hour = minute // 60
    if hour < SMALL_HOURS and hour > 0:
        return [minute + WHOLE, minute] if offset else [minute]
    late = minute + HALF if 1 <= hour <= 12 else minute
    return [late] if offset or local(now, tz).hour >= SMALL_HOURS else [late, late - WHOLE]


def _minute(clock: str, now: int, tz: tzinfo) -> int | None:
    """The time as it is written, as minutes since midnight; None for one that there is not."""
    try:
        moment, _ = parse_happened(clock, now, tz)
    except BadMoment:
        return None
    shown = local(moment, tz)
    return shown.hour * 60 + shown.minute
