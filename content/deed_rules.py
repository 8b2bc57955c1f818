"""The keywords of good deeds from YAML, every fault with its line and column. Must not know how they are weighed."""

from collections.abc import Mapping as Map
from functools import lru_cache
from pathlib import Path

from content.fields import Fields, root_of
from content.yaml_files import Fault, Mapping, stamp
from domain.deeds import Conduct, DeedKind
from domain.deeds.proposing import GAP, Rules

RULES = Path(__file__).parent / "deeds" / "rules.yaml"
WORD = 20  # characters of a keyword
OFFERED = 12  # places that fit under a message


def load_rules(path: Path = RULES) -> tuple[Rules | None, list[Fault]]:
    """The rules of one file, None when there is no reading it, and every fault, sorted by place."""
    rules, faults = _read(path, stamp(path))
    return rules, list(faults)


@lru_cache(maxsize=2)
def _read(path: Path, _stamp: tuple[int, int]) -> tuple[Rules | None, tuple[Fault, ...]]:
    fields, faults = root_of(path)
    if fields is None:
        return None, tuple(faults)
    fields.keys(("kinds", "tags", "places"))
    kinds, kind_tags = _kinds(fields)
    places, offered = _places(fields)
    return Rules(kinds, _tags(fields), kind_tags, places, offered), tuple(sorted(faults))


def _mapping(fields: Fields, key: str) -> Fields | None:
    node = fields.get(key)
    if node is None:
        return None
    if not isinstance(node, Mapping):
        fields.note(node, f"“{key}”应由“键: 值”组成")
        return None
    return Fields(node, fields.file, fields.faults)


def _words(fields: Fields, key: str) -> tuple[str, ...]:
    """A list of different words, perhaps an empty one. Noted: … anywhere but between other signs."""
    if not fields.items(key, may_be_empty=True):
        return ()
    found = fields.lines(key, "关键词", WORD) or ()
    for word, node in found:
        if not all(part.strip() for part in word.split(GAP)):
            fields.note(node, f"“{GAP}”前后都要有字")
    return tuple(word for word, _ in found if all(part.strip() for part in word.split(GAP)))


def _kinds(fields: Fields) -> tuple[Map[DeedKind, tuple[str, ...]], Map[DeedKind, frozenset[Conduct]]]:
    words: dict[DeedKind, tuple[str, ...]] = {}
    tags: dict[DeedKind, frozenset[Conduct]] = {}
    part = _mapping(fields, "kinds")
    if part is None:
        return words, tags
    part.keys(tuple(DeedKind))
    for kind in DeedKind:
        one = _mapping(part, kind)
        if one is None:
            continue
        one.keys(("words", "tags"))
        words[kind], tags[kind] = _words(one, "words"), _conducts(one)
        _note_twice(one, kind, words)
    return words, tags


def _note_twice(fields: Fields, kind: DeedKind, words: Map[DeedKind, tuple[str, ...]]) -> None:
    taken = {word.lower(): other for other, listed in words.items() if other is not kind for word in listed}
    for word, node in fields.lines("words", "关键词", WORD) or () if words[kind] else ():
        if word.lower() in taken:
            fields.note(node, f"关键词“{word}”已属于 {taken[word.lower()]}")


def _conducts(fields: Fields) -> frozenset[Conduct]:
    known = {tag.value: tag for tag in Conduct}
    found = set()
    for word, node in fields.lines("tags", "文明标准", WORD) or () if fields.items("tags", may_be_empty=True) else ():
        if word in known:
            found.add(known[word])
        else:
            fields.note(node, f"文明标准只能是 {'、'.join(known)}")
    return frozenset(found)


def _tags(fields: Fields) -> Map[Conduct, tuple[str, ...]]:
    part = _mapping(fields, "tags")
    if part is None:
        return {}
    part.keys(tuple(Conduct))
    return {tag: _words(part, tag) for tag in Conduct if part.get(tag) is not None}


def _places(fields: Fields) -> tuple[tuple[str, ...], tuple[str, ...]]:
    part = _mapping(fields, "places")
    if part is None:
        return (), ()
    part.keys(("words", "offered"))
    words, offered = _words(part, "words"), _words(part, "offered")
    node = part.get("offered")
    if node is not None and len(offered) > OFFERED:
        part.note(node, f"“offered”最多 {OFFERED} 个")
    return words, offered
