"""The part of Telegram's HTML that people's own texts may carry: reading it, its visible length, cutting it.

https://core.telegram.org/bots/api#html-style. Lengths are UTF-16 units, as the messenger counts. Knows no screen.
"""

import re
from collections.abc import Iterator
from html import unescape

from domain.errors import DomainError

KEPT = frozenset({"b", "i", "u", "s", "code", "pre", "a", "span", "blockquote"})
_SAME = {"strong": "b", "em": "i", "ins": "u", "strike": "s", "del": "s"}
_TAG = re.compile(r"<(/?)([a-zA-Z-]+)([^<>]*)>")
# Tags that somebody typed as text: they arrive escaped.
_TYPED = re.compile(r"&lt;(/?)(b|strong|i|em|u|ins|s|strike|del|code|pre|blockquote)\s*&gt;", re.IGNORECASE)


class BrokenMarkup(DomainError):
    """A formatting tag is not closed, or closed out of turn: ``tag``."""

    key = "notice.broken_markup"


def tidied(html: str) -> str:
    """A person's text as HTML that the messenger takes. Typed tags count as formatting; unknown tags are dropped.

    Raises BrokenMarkup when a tag is not closed, or closed out of turn.

    >>> tidied("&lt;b&gt;停水&lt;/b&gt; 8 &lt; 9")
    '<b>停水</b> 8 &lt; 9'
    """
    return _balanced(_TYPED.sub(r"<\1\2>", html.replace("\r", "")).strip())


def _balanced(html: str) -> str:
    open_: list[str] = []
    parts: list[str] = []
    for text, slash, name, rest in _tokens(html):
        parts.append(text)
        tag = _SAME.get(name, name)
        if tag not in KEPT:
            continue
        if not slash:
            open_.append(tag)
        elif not open_ or open_.pop() != tag:
            raise BrokenMarkup(tag=f"</{name}>")
        parts.append(f"<{slash}{tag}{rest}>")
    if open_:
        raise BrokenMarkup(tag=f"<{open_[-1]}>")
    return "".join(parts)


def _tokens(html: str) -> Iterator[tuple[str, str, str, str]]:
    """Text, and the tag after it: (text, "/" or "", name, attributes). The last tag is empty."""
    at = 0
    for found in _TAG.finditer(html):
        yield html[at : found.start()], found[1], found[2].lower(), found[3]
        at = found.end()
    yield html[at:], "", "", ""


def plain(html: str) -> str:
    """The text without its markup."""
    return unescape(_TAG.sub("", html))


def units(text: str) -> int:
    """Length as the messenger counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def length(html: str) -> int:
    """The visible length of HTML."""
    return units(plain(html))


def shortened(html: str, limit: int) -> str:
    """HTML whose visible text has at most ``limit`` units; … stands where it was cut, and every tag is closed.

    >>> shortened("<b>今天停水</b>，请储水", 4)
    '<b>今天停</b>…'
    """
    if length(html) <= limit:
        return html
    left = limit - 1
    open_: list[str] = []
    parts: list[str] = []
    for text, slash, name, rest in _tokens(html):  # pragma: no branch - it is longer than the limit, so it breaks off
        kept, left = _cut(text, left)
        parts.append(kept)
        if left <= 0 or not name:
            break
        parts.append(f"<{slash}{name}{rest}>")
        if slash:
            open_.pop()
        else:
            open_.append(name)
    return "".join((*parts, *(f"</{name}>" for name in reversed(open_)), "…"))


def _cut(text: str, limit: int) -> tuple[str, int]:
    """As much of escaped text as fits, and what is left of the limit."""
    kept: list[str] = []
    for piece in re.findall(r"&[#\w]+;|.", text, re.DOTALL):
        size = units(unescape(piece))
        if size > limit:
            return "".join(kept), 0
        kept.append(piece)
        limit -= size
    return "".join(kept), limit


def excerpt(html: str, limit: int) -> str:
    """The beginning as one line of plain text."""
    line = " ".join(plain(html).split())
    if units(line) <= limit:
        return line
    return line.encode("utf-16-le")[: 2 * limit - 2].decode("utf-16-le", "ignore").rstrip() + "…"
