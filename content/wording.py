"""How alike pieces of Chinese wording are: the measures behind the checks of the question bank.

All of them work on `plain` text, so that 十五日, １５日 and “15 日” are the same. Knows no questions.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from math import inf

_DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_TENS = {"十": 10, "百": 100, "千": 1000}
# 千克 and 千米 are units, no thousands.
_NUMERAL = re.compile(r"(?:[〇零一二两三四五六七八九十百万]|千(?![克米]))+")
_MULTIPLIED = re.compile(r"(\d+(?:\.\d+)?)(百|千(?![克米])|万)")
_DASH = re.compile(r"(?<=\d)\s*[-—–~]+\s*(?=\d)")
_NOISE = re.compile(r"(?<!\d)\.|\.(?!\d)|[^\w.%]|_")
_CITATION = re.compile(r"《[^》]*》(（[^）]*）)?|第[〇零一二三四五六七八九十百千\d]+条(之[一二三四五])?")
_QUOTED = re.compile(r"[“「『]([^”」』]+)[”」』]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_AMOUNT = re.compile(r"\d+(?:\.\d+)?\D{0,4}")
_NEGATED = re.compile(r"(不|没|未|非|无)(是|有)?$")

_MOST = ("不超过", "不高于", "不多于", "不大于", "至多", "最多", "低于", "少于", "小于", "不足", "未满")
_LEAST = ("不少于", "不低于", "不小于", "至少", "最少", "超过", "高于", "大于")
# Two bounds; one bound told after the number; one told before it, or the bare number.
_RANGE = re.compile(
    r"(?P<low>\d+(?:\.\d+)?)(?P<unit>[^\d以至到]{0,3}?)(?:以上|至|到)(?P<high>\d+(?:\.\d+)?)"
    r"(?:(?P<unit2>[^\d以至到]{0,3}?)(?:以下|以内)|(?P=unit))?"
    r"|(?P<one>\d+(?:\.\d+)?)(?P<unit1>[^\d以至到]{0,3}?)(?P<after>以上|以下|以内)"
    rf"|(?P<before>{'|'.join(sorted(_MOST + _LEAST, key=len, reverse=True))})?(?P<bare>\d+(?:\.\d+)?)"
)


@dataclass(frozen=True, slots=True)
class Ranges:
    """A text's numbers as ranges, both ends included, and its words with ``#`` in the numbers' place."""

    words: str
    spans: tuple[tuple[float, float], ...]

    def within(self, other: "Ranges") -> bool:
        """Whether the words are equal and each range lies inside the other's (or is the same)."""
        if self.words != other.words or not self.spans:
            return False
        return all(
            low <= mine_low and mine_high <= high
            for (mine_low, mine_high), (low, high) in zip(self.spans, other.spans, strict=True)
        )


def plain(text: str) -> str:
    """Full-width forms made half-width, Chinese numerals made digits, punctuation and blanks left out."""
    text = _DASH.sub("至", unicodedata.normalize("NFKC", text))
    text = _MULTIPLIED.sub(lambda found: _whole(Decimal(found[1]) * int(_numeral(found[2]))), text)
    text = _NUMERAL.sub(lambda found: _numeral(found[0]), text)
    return _NOISE.sub("", text)


def without_citations(text: str) -> str:
    """``text`` without titles in 《》 and numbers of articles: they are alike in questions that are not."""
    return _CITATION.sub("", text)


def pairs(text: str) -> frozenset[str]:
    """The character bigrams of a plain text; of one shorter than two characters, the text itself."""
    return frozenset(text[at : at + 2] for at in range(len(text) - 1)) or frozenset({text})


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Dice's coefficient of two sets of bigrams, from 0 to 1: 2·|A∩B| / (|A|+|B|)."""
    return 2 * len(one & other) / (len(one) + len(other))


def coverage(one: frozenset[str], other: frozenset[str]) -> float:
    """The overlap coefficient, from 0 to 1: |A∩B| / min(|A|, |B|). 1 if one text holds all that the other says."""
    return len(one & other) / min(len(one), len(other))


def numbers(text: str) -> tuple[str, ...]:
    """The numbers of a plain text, sorted."""
    return tuple(sorted(_NUMBER.findall(text)))


def is_amount(text: str) -> bool:
    """Whether a plain text is nothing but a number and its unit."""
    return _AMOUNT.fullmatch(text) is not None


def quoted(text: str) -> frozenset[str]:
    """What stands in quotation marks, made plain."""
    return frozenset(plain(piece) for piece in _QUOTED.findall(text))


def stands_in(piece: str, text: str) -> bool:
    """Whether a plain text stands in another, not within a longer number: 5元 does not stand in 15元."""
    return any(True for _ in _found(piece, text))


def asserted_in(piece: str, text: str) -> bool:
    """Whether it stands there without being denied: 合法 does not count in 不合法."""
    return any(not _NEGATED.search(text[:at]) for at in _found(piece, text))


def ranges(text: str) -> Ranges:
    """The ranges of a plain text: 5日以下 is 0 to 5, 2倍以上5倍以下 is 2 to 5, a bare 5日 is 5 to 5."""
    spans = tuple(_span(found) for found in _RANGE.finditer(text))
    return Ranges(_RANGE.sub(lambda found: "#" + _unit(found), text), spans)


def _found(piece: str, text: str) -> list[int]:
    if not piece:
        return []
    before = r"(?<![\d.])" if piece[0].isdigit() else ""
    after = r"(?![\d.])" if piece[-1].isdigit() else ""
    return [found.start() for found in re.finditer(before + re.escape(piece) + after, text)]


def _span(found: re.Match[str]) -> tuple[float, float]:
    if found["low"]:
        return float(found["low"]), float(found["high"])
    number = float(found["one"] or found["bare"])
    if found["after"] in {"以下", "以内"} or found["before"] in _MOST:
        return 0, number
    if found["after"] == "以上" or found["before"] in _LEAST:
        return number, inf
    return number, number


def _unit(found: re.Match[str]) -> str:
    return found["unit"] or found["unit2"] or found["unit1"] or ""


def _whole(number: Decimal) -> str:
    return str(int(number)) if number == int(number) else str(number.normalize())


def _numeral(word: str) -> str:
    """A Chinese numeral in digits: 二百五十 is 250, 二〇一九 is 2019."""
    if not any(sign in _TENS or sign == "万" for sign in word):
        return "".join(str(_DIGITS[sign]) for sign in word)
    total = part = digit = 0
    for sign in word:
        if sign == "万":
            total, part, digit = (part + digit or 1) * 10_000, 0, 0
        elif sign in _TENS:
            part, digit = part + (digit or 1) * _TENS[sign], 0
        else:
            digit = _DIGITS[sign]
    return str(total + part + digit)
