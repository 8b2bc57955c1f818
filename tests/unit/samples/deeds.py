"""Screens of good deeds."""

from dataclasses import replace

from domain.clock import DAY, HOUR
from domain.deeds import (
    Conduct,
    Deed,
    DeedKind,
    DeedState,
    Flag,
    Honour,
    Photo,
    PhotoFault,
    Return,
    ReturnReason,
    Sharer,
    Signature,
)
from domain.deeds.shown import Batch, Card, Choosing, Menu, RollPage, UnitFigures
from domain.people import Role
from tests.unit.samples.outbox import item
from tests.unit.test_views_samples import NOW, TZ, office, person, station, unit
from views import deeds
from views.screen import Screen
from views.texts import Texts


def deed(word: str = "", state: DeedState = DeedState.DRAFT, many: int = 1, **fields: object) -> Deed:
    """A deed of two with photos."""
    values: dict[str, object] = {
        "id": 10**9,
        "sharers": (Sharer(7, f"张{word}"), *(Sharer(8 + n, f"李{word}{n}") for n in range(min(many, 8)))),
        "unit": unit(name=f"一班{word}"),
        "station": f"城东收费站{word}",
        "kind": DeedKind.AID,
        "happened_at": NOW - 2 * HOUR,
        "exact": True,
        "place": f"3号车道{word}"[:40],
        "text": f"帮司机推车{word}\n到应急车道"[:1000],
        "tags": frozenset(Conduct),
        "witness": Sharer(20, f"王{word}"),
        "photos": tuple(Photo(n, 5, "photo", "file", f"u{n}", None, None) for n in range(min(many, 9))),
        "edits": 10**6,
        "created_at": NOW - DAY,
        "submitted_at": NOW - HOUR,
    }
    return Deed(state=state, **(values | fields))  # type: ignore[arg-type]


def screens(t: Texts, word: str, many: int) -> dict[str, Screen]:
    """Every screen of good deeds."""
    return {**_logging(t, word, many), **_signing(t, word, many), **_letters(t, word), **_looking(t, word, many)}


def _logging(t: Texts, word: str, many: int) -> dict[str, Screen]:
    author, bureau = person(7, name=f"张{word}"), person(3, Role.BUREAU)
    draft = deed(word, many=many)
    bare = deed(word, many=0, text="", place="", tags=frozenset(), witness=None, exact=False)
    album = replace(draft, photos=(Photo(1, 5, "photo", "file", "u", "album", None),))
    back = replace(
        draft, state=DeedState.RETURNED, returned=Return(ReturnReason.OTHER, f"时间{word}", f"王{word}", NOW)
    )
    listed = tuple(deed(word, state, text=text) for state in DeedState for text in (f"好事{word}", ""))
    people = tuple(person(n, name=f"李{word}{n}", unit=unit(name=f"一班{word}")) for n in range(8, 8 + min(many, 16)))
    return {
        "deeds.menu": deeds.menu(t, Menu(author, listed[:8], many), TZ),
        "deeds.menu nothing": deeds.menu(t, Menu(author, (), 0), TZ),
        "deeds.menu bureau": deeds.menu(t, Menu(bureau, (), 0), TZ),
        "deeds.offered": deeds.offered(t, Card(draft, author)),
        "deeds.offered text": deeds.offered(t, Card(replace(draft, photos=()), author, fault=PhotoFault.TOO_LARGE)),
        "deeds.form": deeds.form(t, Card(draft, author), TZ),
        "deeds.form bare": deeds.form(t, Card(bare, author, fault=PhotoFault.NOT_A_PHOTO), TZ),
        "deeds.form album": deeds.form(t, Card(album, author, fault=PhotoFault.TOO_MANY), TZ),
        "deeds.form returned": deeds.form(t, Card(back, author), TZ),
        "deeds.form submitted": deeds.form(t, Card(replace(draft, state=DeedState.SUBMITTED), author), TZ),
        "deeds.form vouched": deeds.form(t, Card(replace(draft, state=DeedState.VOUCHED), author), TZ),
        "deeds.choose_kind": deeds.choose_kind(t, draft),
        "deeds.choose_kind bare": deeds.choose_kind(t, bare),
        "deeds.choose_time": deeds.choose_time(t, draft),
        "deeds.choose_place": deeds.choose_place(t, draft, ("广场", "窗口", "入口", "出口")),
        "deeds.choose_tags": deeds.choose_tags(t, draft),
        "deeds.choose_people": deeds.choose_people(t, Choosing(draft, people, frozenset({8}), 1, 3, witness=False)),
        "deeds.choose_people witness": deeds.choose_people(
            t, Choosing(draft, people, frozenset({8}), 0, 1, witness=True)
        ),
        "deeds.choose_people nobody": deeds.choose_people(t, Choosing(draft, (), frozenset(), 0, 1, witness=True)),
        "deeds.ask_text": deeds.ask_text(t, draft),
        "deeds.dropped": deeds.dropped(t),
    }


def _signing(t: Texts, word: str, many: int) -> dict[str, Screen]:
    author, head = person(7, name=f"张{word}"), person(22, Role.STATION_HEAD, unit=station(f"站{word}"))
    waits = deed(word, DeedState.SUBMITTED, many)
    signed = replace(waits, state=DeedState.VOUCHED, first=Signature(20, f"班{word}", NOW))
    done = replace(signed, state=DeedState.CONFIRMED, second=Signature(22, f"站{word}", NOW))
    agreed = tuple(replace(done, sharers=(Sharer(7, f"张{word}", said),)) for said in (True, False))
    asked = Card(waits, head, frozenset(Flag), may_sign=True, left=many)
    clean = tuple(deed(word, DeedState.SUBMITTED, many) for _ in range(min(many, 20)))
    return {
        "deeds.card": deeds.card(t, asked, TZ),
        "deeds.card draft": deeds.card(t, Card(deed(word), author), TZ),
        "deeds.card own": deeds.card(t, Card(waits, author), TZ),
        "deeds.card vouched": deeds.card(t, Card(signed, author), TZ),
        "deeds.card confirmed": deeds.card(t, Card(done, author), TZ),
        "deeds.card agreed": deeds.card(t, Card(agreed[0], author), TZ),
        "deeds.card disagreed": deeds.card(t, Card(agreed[1], author), TZ),
        "deeds.card scorable": deeds.card(t, Card(done, head, scorable=True), TZ),
        "deeds.card withdrawn": deeds.card(t, Card(replace(waits, state=DeedState.WITHDRAWN), author), TZ),
        "deeds.waiting": deeds.waiting(t, asked, TZ),
        "deeds.waiting last": deeds.waiting(t, replace(asked, left=0), TZ),
        "deeds.nothing_waits": deeds.nothing_waits(t),
        "deeds.batch": deeds.batch(t, Batch(clean, 2**32 - 1, 2), TZ),
        "deeds.batch clean": deeds.batch(t, Batch(clean, 2**32 - 1, 0), TZ),
        "deeds.batch flagged": deeds.batch(t, Batch((), 0, 3), TZ),
        "deeds.batch nothing": deeds.batch(t, Batch((), 0, 0), TZ),
        "deeds.photo": deeds.photo(t, deed(word, many=9), Photo(1, 5, "photo", "file", "u", None, None), 0),
        "deeds.photo last": deeds.photo(t, deed(word, many=1), Photo(1, 5, "document", "file", "u", None, None), 0),
        "deeds.reasons": deeds.reasons(t, asked),
        "deeds.ask_reason": deeds.ask_reason(t, waits),
    }


def _letters(t: Texts, word: str) -> dict[str, Screen]:
    who, head = person(7, name=f"张{word}"), person(22, Role.STATION_HEAD)
    row = item("deed_ask")
    asked = Card(deed(word, DeedState.SUBMITTED), head, frozenset({Flag.SAME_PHOTO}), may_sign=True)
    done = deed(word, DeedState.CONFIRMED, first=Signature(20, "班", NOW), second=Signature(22, "站", NOW))
    found = {"deeds.asked": deeds.asked(t, head, asked, row, NOW, TZ)}
    for reason in ReturnReason:
        back = deed(word, DeedState.RETURNED, returned=Return(reason, f"时间{word}", f"王{word}", NOW))
        found[f"deeds.returned_letter {reason}"] = deeds.returned_letter(t, who, Card(back, who), row, NOW, TZ)
    found["deeds.thanks"] = deeds.thanks(t, who, Card(done, who), row, NOW, TZ)
    return found | {
        "deeds.line asked": Screen(deeds.asked_line(t, head, asked, row, NOW, TZ)),
        "deeds.line returned": Screen(deeds.returned_line(t, who, Card(done, who), row, NOW, TZ)),
        "deeds.line thanks": Screen(deeds.thanks_line(t, who, Card(done, who), row, NOW, TZ)),
    }


def _looking(t: Texts, word: str, many: int) -> dict[str, Screen]:
    named = Honour((f"张{word}", f"李{word}"), f"站{word}", DeedKind.COURAGE, f"救人{word}", NOW)
    lines = tuple(replace(named, text="" if n % 2 else named.text) for n in range(many))
    page = RollPage(NOW - 7 * DAY, NOW, 2, lines)
    figures = [UnitFigures(station(f"站{word}"), 3, 2), UnitFigures(station(f"站{word}"), None, None)] * max(many, 1)
    return {
        "deeds.roll": deeds.roll(t, page, TZ),
        "deeds.roll empty": deeds.roll(t, RollPage(NOW - 7 * DAY, NOW, 0, ()), TZ),
        "deeds.honour": deeds.honour(t, person(), page, item("honour"), NOW, TZ),
        "deeds.line honour": Screen(deeds.honour_line(t, person(), page, item("honour"), NOW, TZ)),
        "deeds.figures": deeds.figures(t, office(), figures),
        "deeds.figures bureau": deeds.figures(t, person(3, Role.BUREAU), figures),
        "deeds.exported": deeds.exported(t, "xlsx", b"x"),
        "deeds.exported csv": deeds.exported(t, "csv", b"x"),
    }
