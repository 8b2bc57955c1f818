"""HTML parse mode: marked-up text → plain text and entities, with Telegram's own error texts.

Follows the grammar of the public tdlib parser. Offsets in entities are UTF-16 code units, offsets in errors are
UTF-8 bytes. Knows nothing of messages or chats.
"""

import re
from dataclasses import dataclass

from sandbox.errors import cannot_parse_entities
from sandbox.links import LinkError, checked_link
from sandbox.records import Json

_TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "pre": "pre",
    "a": "text_link", "tg-spoiler": "spoiler", "span": "spoiler", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}  # fmt: skip
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_SPECIAL = re.compile(r"[<&]")
_CHARACTER = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([a-zA-Z]+));?")
_TAG_NAME = re.compile(r"[^\s>]*")
_SPACES = re.compile(r"\s*")
_ATTRIBUTE_NAME = re.compile(r"[^\s=>]*")
_BARE_VALUE = re.compile(r"[a-zA-Z0-9.\-]*")
_END_NAME = re.compile(r"[^\s>]*")


def utf16_length(text: str) -> int:
    """Length as Telegram counts offsets."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) >> 1


@dataclass(slots=True)
class _Open:
    tag: str
    argument: str
    start: int


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Plain text and entities of `source`; raises ApiError with Telegram's text where the markup is wrong."""
    if not _SPECIAL.search(source):
        return source, []
    return _HtmlParser(source).run()


class _HtmlParser:
    """One pass over one text. `position` runs over the source, `offset` over the result."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self.offset = 0
        self.parts: list[str] = []
        self.stack: list[_Open] = []
        self.entities: list[Json] = []

    def run(self) -> tuple[str, list[Json]]:
        while (found := _SPECIAL.search(self.source, self.position)) is not None:
            self._emit(self.source[self.position : found.start()])
            self.position = found.start()
            if found.group() == "&":
                self._emit(self._character())
            elif self.source.startswith("/", self.position + 1):
                self._end_tag()
            else:
                self._start_tag()
        self._emit(self.source[self.position :])
        if self.stack:
            raise cannot_parse_entities(f'Can\'t find end tag corresponding to start tag "{self.stack[-1].tag}"')
        return "".join(self.parts), self.entities

    def _emit(self, text: str) -> None:
        if text:
            self.parts.append(text)
            self.offset += utf16_length(text)

    def _character(self) -> str:
        text, self.position = _decode_character(self.source, self.position)
        return text

    def _start_tag(self) -> None:
        begin = self.position
        name = _at(_TAG_NAME, self.source, begin + 1)
        self.position = begin + 1 + len(name)
        if self.position >= len(self.source):
            raise self._error("Unclosed start tag", begin)
        tag = name.lower()
        if tag not in _TAGS:
            raise cannot_parse_entities(f'Unsupported start tag "{tag}" at byte offset {self._bytes(begin)}')
        attributes = self._attributes(tag, begin)
        self.stack.append(_Open(tag, self._argument(tag, attributes, begin), self.offset))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        attributes: dict[str, str] = {}
        while True:
            self._skip_spaces()
            if self._peek() == ">":
                self.position += 1
                return attributes
            if self._peek() == "":
                raise self._error(f'Unclosed start tag "{tag}"', begin)
            name = _at(_ATTRIBUTE_NAME, self.source, self.position)
            if not name:
                raise self._error(f'Empty attribute name in the tag "{tag}"', begin)
            self.position += len(name)
            self._skip_spaces()
            if self._peek() != "=":
                attributes[name.lower()] = ""
                continue
            self.position += 1
            self._skip_spaces()
            if self._peek() == "":
                raise self._error(f'Unclosed start tag "{tag}"', begin)
            attributes[name.lower()] = self._attribute_value(begin)

    def _attribute_value(self, begin: int) -> str:
        quote = self._peek()
        if quote not in "'\"":
            start = self.position
            value = _at(_BARE_VALUE, self.source, start)
            self.position = start + len(value)
            following = self._peek()
            if not following or not (following.isspace() or following == ">"):
                raise self._error("Unexpected end of name token", start)
            return value.lower()
        end = self.source.find(quote, self.position + 1)
        if end < 0:
            raise self._error("Unclosed start tag", begin)
        raw = self.source[self.position + 1 : end]
        self.position = end + 1
        return _decode_characters(raw)

    def _argument(self, tag: str, attributes: dict[str, str], begin: int) -> str:
        match tag:
            case "a":
                return attributes.get("href", "")
            case "code":
                language = attributes.get("class", "")
                return language.removeprefix("language-") if language.startswith("language-") else ""
            case "span":
                if attributes.get("class") != "tg-spoiler":
                    raise self._error('Tag "span" must have class "tg-spoiler"', begin)
                return ""
            case "tg-emoji":
                return attributes.get("emoji-id", "")
            case "blockquote":
                return "expandable" if "expandable" in attributes else ""
        return ""

    def _end_tag(self) -> None:
        begin = self.position
        if not self.stack:
            raise self._error("Unexpected end tag", begin)
        name = _at(_END_NAME, self.source, begin + 2)
        self.position = begin + 2 + len(name)
        self._skip_spaces()
        if self._peek() != ">":
            raise self._error("Unclosed end tag", begin)
        self.position += 1
        opened = self.stack.pop()
        if name and name.lower() != opened.tag:
            raise cannot_parse_entities(
                f"Unmatched end tag at byte offset {self._bytes(begin)}, "
                f'expected "</{opened.tag}>", found "</{name.lower()}>"'
            )
        if self.offset > opened.start:
            self._add(opened)

    def _add(self, opened: _Open) -> None:
        entity: Json = {"type": _TAGS[opened.tag], "offset": opened.start, "length": self.offset - opened.start}
        if opened.tag == "a":
            try:
                entity["url"] = checked_link(opened.argument or self._text_since(opened.start))
            except LinkError:
                return
        elif opened.tag == "blockquote" and opened.argument:
            entity["type"] = "expandable_blockquote"
        elif opened.tag == "tg-emoji":
            if not opened.argument.isdigit():
                raise cannot_parse_entities("Invalid custom emoji identifier specified")
            entity["custom_emoji_id"] = opened.argument
        elif opened.tag == "code" and opened.argument:
            entity["language"] = opened.argument
        self.entities.append(entity)

    def _text_since(self, start: int) -> str:
        return "".join(self.parts).encode("utf-16-le")[start * 2 :].decode("utf-16-le")

    def _peek(self) -> str:
        return self.source[self.position : self.position + 1]

    def _skip_spaces(self) -> None:
        self.position += len(_at(_SPACES, self.source, self.position))

    def _bytes(self, position: int) -> int:
        return len(self.source[:position].encode())

    def _error(self, text: str, position: int) -> Exception:
        return cannot_parse_entities(f"{text} at byte offset {self._bytes(position)}")


def _at(pattern: re.Pattern[str], text: str, position: int) -> str:
    found = pattern.match(text, position)
    return found.group() if found else ""


def _decode_character(text: str, position: int) -> tuple[str, int]:
    found = _CHARACTER.match(text, position)
    if found is None:
        return "&", position + 1
    hexadecimal, decimal, name = found.groups()
    if name is not None:
        known = _NAMED.get(name)
        return (known, found.end()) if known else ("&", position + 1)
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if code == 0 or code >= 0x10FFFF:
        return "&", position + 1
    if 0xD800 <= code <= 0xDFFF:
        raise cannot_parse_entities(
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        )
    return chr(code), found.end()


def _decode_characters(text: str) -> str:
    parts: list[str] = []
    position = 0
    while (at := text.find("&", position)) >= 0:
        parts.append(text[position:at])
        decoded, position = _decode_character(text, at)
        parts.append(decoded)
    parts.append(text[position:])
    return "".join(parts)
