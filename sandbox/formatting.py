"""What Telegram does to a text between parsing and storing: trims it, tidies its entities, finds links and commands.

Works on (text, entities) pairs only; lengths and emptiness are judged by the callers.
"""

import re

from sandbox import limits
from sandbox.entities import parse_html, utf16_length
from sandbox.errors import INPUT_TOO_LONG, ONLY_HTML, UNSUPPORTED_PARSE_MODE, bad_request
from sandbox.records import Json

Formatted = tuple[str, list[Json]]

_OPAQUE = frozenset({"code", "pre"})
_NO_DETECTION = frozenset({"code", "pre", "text_link", "url", "mention", "hashtag", "bot_command", "text_mention"})
_KNOWN_TYPES = frozenset(
    {
        "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold", "italic",
        "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code", "pre", "text_link",
        "text_mention", "custom_emoji", "date_time",
    }
)  # fmt: skip
_DETECTABLE = re.compile(
    r"(?P<url>\bhttps?://[^\s<>\"'，。；！？、（）“”《》]+|\bt\.me/[\w/?=&\-]+)"
    r"|(?P<bot_command>(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\w/<>]))"
    r"|(?P<mention>(?<![\w@])@[a-zA-Z][a-zA-Z0-9_]{3,31}(?![\w]))"
    r"|(?P<hashtag>(?<![\w#])#(?=\w*[^\W\d])\w{1,256})"
)
_MAY_HOLD = re.compile(r"[/@#]")


def format_text(text: str, parse_mode: str, explicit: object) -> Formatted:
    """Parse, trim and complete one text. `explicit` is the decoded `entities` parameter, if any."""
    if len(text) > limits.INPUT_TEXT_BYTES or len(text.encode("utf-8", "replace")) > limits.INPUT_TEXT_BYTES:
        raise bad_request(INPUT_TOO_LONG)
    mode = parse_mode.lower()
    if mode in ("markdown", "markdownv2"):
        raise bad_request(ONLY_HTML.format(parse_mode))
    if mode not in ("", "none", "html"):
        raise bad_request(UNSUPPORTED_PARSE_MODE)
    if mode == "html":
        text, entities = parse_html(text)
    else:
        entities = _explicit_entities(explicit, text)
    return complete(*_trim(text.replace("\r", ""), entities))


def complete(text: str, entities: list[Json]) -> Formatted:
    """Tidy `entities` and add what Telegram finds by itself."""
    tidy = _tidy(entities) if entities else entities
    if _MAY_HOLD.search(text):
        tidy = tidy + _detect(text, tidy)
        tidy.sort(key=_position)
    return text, tidy


def _explicit_entities(value: object, text: str) -> list[Json]:
    if value is None:
        return []
    if not isinstance(value, list):
        return []
    total = utf16_length(text)
    return [entity for item in value if (entity := _explicit_entity(item, total)) is not None]


def _explicit_entity(item: object, total: int) -> Json | None:
    if not isinstance(item, dict):
        raise bad_request("can't parse MessageEntity: expected an Object")
    kind, offset, length = item.get("type"), item.get("offset"), item.get("length")
    if not isinstance(offset, int) or not isinstance(length, int):
        raise bad_request("can't parse MessageEntity: can't find field \"offset\"")
    if str(kind) not in _KNOWN_TYPES:
        return None
    if length <= 0 or offset < 0 or offset >= total:
        return None
    return {**item, "length": min(length, total - offset)}


def _trim(text: str, entities: list[Json]) -> Formatted:
    stripped = text.strip()
    if len(stripped) == len(text):
        return text, entities
    lead = utf16_length(text[: len(text) - len(text.lstrip())])
    total = utf16_length(stripped)
    kept: list[Json] = []
    for entity in entities:
        offset, length = _span(entity)
        begin, end = max(offset - lead, 0), min(offset + length - lead, total)
        if end > begin:
            kept.append({**entity, "offset": begin, "length": end - begin})
    return stripped, kept


def _tidy(entities: list[Json]) -> list[Json]:
    """Sorted, same-type neighbours merged, nothing inside code; `pre` takes the language of a `code` it wraps."""
    result: list[Json] = []
    last_of: dict[object, int] = {}
    opaque_until = -1
    for entity in sorted(entities, key=_position):
        offset, length = _span(entity)
        if offset + length <= opaque_until:
            _adopt_language(result, last_of, entity)
            continue
        at = last_of.get(entity["type"])
        if at is not None and _touches(result[at], entity):
            begin, size = _span(result[at])
            result[at] = {**result[at], "length": max(begin + size, offset + length) - begin}
            continue
        last_of[entity["type"]] = len(result)
        result.append({key: value for key, value in entity.items() if key != "language" or entity["type"] == "pre"})
        if entity["type"] in _OPAQUE:
            opaque_until = offset + length
    return result


def _adopt_language(result: list[Json], last_of: dict[object, int], entity: Json) -> None:
    at = last_of.get("pre")
    if at is not None and "language" in entity and _span(result[at]) == _span(entity):
        result[at] = {**result[at], "language": entity["language"]}


def _touches(earlier: Json, later: Json) -> bool:
    if later["type"] in ("text_link", "text_mention", "custom_emoji", "pre", "blockquote", "expandable_blockquote"):
        return False
    begin, size = _span(earlier)
    return _span(later)[0] <= begin + size


def _detect(text: str, taken: list[Json]) -> list[Json]:
    closed = [_span(entity) for entity in taken if entity["type"] in _NO_DETECTION]
    plain = text.isascii()
    found: list[Json] = []
    for match in _DETECTABLE.finditer(text):
        value = match.group().rstrip(".,;:!?)") if match.lastgroup == "url" else match.group()
        offset = match.start() if plain else utf16_length(text[: match.start()])
        length = utf16_length(value)
        if any(offset < begin + size and begin < offset + length for begin, size in closed):
            continue
        found.append({"type": match.lastgroup, "offset": offset, "length": length})
    return found


def _span(entity: Json) -> tuple[int, int]:
    offset, length = entity["offset"], entity["length"]
    assert isinstance(offset, int)
    assert isinstance(length, int)
    return offset, length


def _position(entity: Json) -> tuple[int, int, int]:
    offset, length = _span(entity)
    return offset, -length, {"pre": 0, "code": 1}.get(str(entity["type"]), 2)
