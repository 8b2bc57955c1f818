"""Screens of notices."""

from dataclasses import replace
from datetime import datetime
from itertools import product

from domain.clock import DAY, HOUR, millis
from domain.notices import (
    Answer,
    Approval,
    Arrival,
    Attached,
    Audience,
    Author,
    Card,
    Choice,
    Choosing,
    Correction,
    Fate,
    Figures,
    Notice,
    Preview,
    Received,
    Standing,
    State,
    Telling,
    Template,
)
from domain.outbox import Action, Item
from domain.outbox import State as Sending
from domain.people import Locale, Person, Role, Unit, UnitKind
from tests.conftest import TZ
from views import notices
from views.notices import letters
from views.screen import Screen
from views.texts import Texts, html

NOW = millis(datetime(2026, 11, 24, 10, 0, tzinfo=TZ))
PHOTO = Attached("photo", "file-1")
TEXT = 3_500
CAPTION = 750


def team(word: str = "") -> Unit:
    """A team of station 4."""
    return Unit(9, UnitKind.TEAM, f"一班{word}", 4, "1.2.4.9.")


def station(word: str = "", id_: int = 4) -> Unit:
    """A station of the toll office 2."""
    return Unit(id_, UnitKind.STATION, f"东山收费站{word}", 2, f"1.2.{id_}.")


def author(word: str = "") -> Author:
    """A station head."""
    return Author(5, f"覃国栋{word}", station(word), f"东山收费站{word}")


def notice(word: str = "", text: str = "今晚停水", **fields: object) -> Notice:
    """A notice to one's own station that is being sent, unless told otherwise."""
    values: dict[str, object] = {
        "id": 12,
        "author": author(word),
        "text": text,
        "attached": None,
        "needs_confirm": True,
        "urgent": False,
        "reason": None,
        "audience": Audience(4),
        "state": State.SENDING,
        "send_at": None,
        "edits": 3,
        "asked": 0,
        "agreed_by": None,
        "returned": None,
        "released_at": NOW,
        "version": 1,
        "corrected_at": None,
        "correction": None,
        "nudges": 0,
        "cascaded_at": None,
        "created_at": NOW,
        "changed_at": NOW,
        "pulse": 1,
    }
    return Notice(**(values | fields))  # type: ignore[arg-type]


def long(word: str, limit: int) -> str:
    """A text as long as a notice may be, with formatting and foreign signs."""
    shown = f"{word}通知内容&<>" * limit
    return f"<b>{html(shown[: limit // 2])}</b>{html(shown[: limit - limit // 2])}"


def person(word: str = "", id_: int = 7, role: Role = Role.COLLECTOR, **fields: object) -> Person:
    """Somebody of the team."""
    values: dict[str, object] = {"unit": team(word), "station": f"东山收费站{word}", "batch": 1, "joined": True}
    values |= fields
    locale = values.pop("locale", None)
    return Person(id_, f"10{id_:02}", f"张{word}", role, locale=locale or Locale.ZH_CN, **values)  # type: ignore[arg-type]


def head(word: str = "") -> Person:
    """The author."""
    return person(word, 5, Role.STATION_HEAD, unit=station(word))


def office(word: str = "") -> Person:
    """Somebody of the office."""
    return person(word, 3, Role.OFFICE, unit=Unit(2, UnitKind.TOLL_OFFICE, f"云岭所{word}", 1, "1.2."), station=None)


def figures(many: int = 1) -> Figures:
    """Some of everything."""
    fates = {Fate.QUEUED: 3, Fate.DELIVERED: 40, Fate.FAILED: 6, Fate.BLOCKED: 1, Fate.NOT_JOINED: 2, Fate.CANCELLED: 1}
    causes = {"network": 1, "server": 1, "refused": 1, "chat_gone": 1, "unknown": 1, "something": 1}
    return Figures(53 * many, fates, causes, 20, 4, 3, 17)


def preview(word: str = "", many: int = 12, **fields: object) -> Preview:
    """To a station of ``many``, some of whom have not joined."""
    people = tuple(person(word, n, joined=n % 3 > 0) for n in range(20, 20 + many))
    values: dict[str, object] = {
        "notice": notice(word, state=State.DRAFT, released_at=None),
        "unit": station(word),
        "station": None,
        "people": people,
        "arrival": Arrival(NOW, NOW, NOW, 0),
        "second": False,
    }
    return Preview(**(values | fields))  # type: ignore[arg-type]


def item(kind: str, **detail: object) -> Item:
    """A row of the outbox."""
    return Item(
        1, "k", kind, 7, 12, detail, False, Action.SEND, None, Sending.LEASED, NOW, NOW, False, 0, 0, None, None, None
    )


def screens(t: Texts, word: str, many: int) -> dict[str, Screen]:
    """Every screen of the area."""
    return {
        **_received(t, word, many),
        **_writing(t, word, many),
        **_following(t, word, many),
        **_approving(t, word, many),
    }


def _received(t: Texts, word: str, many: int) -> dict[str, Screen]:
    text, caption = long(word, TEXT), long(word, CAPTION)
    urgent = {"urgent": True, "reason": (f"台风{word}" * 20)[:60], "corrected_at": NOW + HOUR, "version": 2}
    waiting = Received(notice(word, text, **urgent), None, True)
    photo = Received(notice(word, caption, attached=PHOTO, **urgent), NOW)
    gone = Received(notice(word, state=State.RECALLED), None)
    listed = tuple(Received(notice(word, long(word, 60), id=n), NOW if n % 2 else None) for n in range(many))
    few = tuple(person(word, n) for n in range(many))
    shown = {
        "notices.received": notices.received(t, waiting, TZ),
        "notices.received confirmed": notices.received(t, replace(waiting, confirmed_at=NOW), TZ),
        "notices.received plain": notices.received(t, Received(notice(word, needs_confirm=False), None), TZ),
        "notices.received photo": notices.received(t, photo, TZ),
        "notices.received waiting photo": notices.received(t, replace(photo, confirmed_at=None), TZ),
        "notices.received recalled": notices.received(t, gone, TZ),
        "notices.recalled": notices.recalled(t, photo.notice, TZ),
        "notices.opened": notices.opened(t, person(word), waiting, TZ),
        "notices.opened leader": notices.opened(t, head(word), waiting, TZ),
        "notices.opened photo": notices.opened(t, person(word), photo, TZ),
        "notices.opened recalled": notices.opened(t, person(word), gone, TZ),
        "notices.nudge": notices.nudge(t, waiting, TZ),
        "notices.nudge photo": notices.nudge(t, replace(photo, confirmed_at=None), TZ),
        "notices.nudge confirmed": notices.nudge(t, photo, TZ),
        "notices.nudge recalled": notices.nudge(t, gone, TZ),
        "notices.recalled_nudge": notices.recalled_nudge(t, gone.notice),
        "notices.shelf": notices.shelf(t, person(word), listed[:10], TZ),
        "notices.shelf leader": notices.shelf(t, head(word), listed[:10], TZ),
        "notices.shelf none": notices.shelf(t, person(word), (), TZ),
        "notices.telling": notices.telling(t, Telling(waiting.notice, few), TZ),
        "notices.telling done": notices.telling(t, Telling(waiting.notice, ()), TZ),
        "notices.telling recalled": notices.telling(t, Telling(gone.notice, few), TZ),
    }
    loads = {
        "notice": waiting,
        "changed": photo,
        "changed nudge": waiting,
        "changed listed": waiting,
        "changed listed recalled": gone,
        "changed list": Telling(notice(word), few),
        "nudge": waiting,
        "cascade": Telling(notice(word), few),
        "approval": Approval(preview(word), 0),
        "answer": Answer(notice(word), "agreed", f"张{word}"),
    }
    shown_as = {"changed nudge": "notice_nudge", "changed listed": "listed", "changed listed recalled": "listed"}
    for name, loaded in loads.items():
        function = name.partition(" ")[0]
        row = item("notice", **{"as": shown_as.get(name, "notice")})
        shown[f"notices.letters {name}"] = getattr(letters, function)(t, person(word), loaded, row, NOW, TZ)
        line = getattr(letters, f"{function}_line")(t, person(word), loaded, row, NOW, TZ)
        shown[f"notices.letters {name} line"] = Screen(line)
    return shown


def _writing(t: Texts, word: str, many: int) -> dict[str, Screen]:
    draft = notice(word, long(word, TEXT), state=State.DRAFT, released_at=None)
    unit = station(word)
    units = tuple(Choice(station(word, n), many, n % 2 == 0) for n in range(10, 10 + min(many, 60)))
    office_ = Unit(2, UnitKind.TOLL_OFFICE, f"云岭所{word}", 1, "1.2.")
    after = notice(word, long(word, 200), id=3)
    later = replace(draft, send_at=NOW + DAY, urgent=True, reason="台风", returned=f"写错了{word}")
    held = Arrival(NOW, NOW + HOUR, NOW + 3 * HOUR, 2)
    narrowed = replace(draft, audience=Audience(9, Role.COLLECTOR, 1, 3))
    template = Template(4, 5, f"停水{word}"[:20], long(word, 900))
    titles = tuple(Template(n, 5, f"停水{word}{n}", "停水") for n in range(many))
    shown = {
        "notices.ask_message": notices.ask_message(t),
        "notices.ask_reason": notices.ask_reason(t, draft),
        "notices.ask_time": notices.ask_time(t, draft),
        "notices.ask_return": notices.ask_return(t, draft, 1),
        "notices.ask_correction": notices.ask_correction(t, notice(word, long(word, CAPTION), attached=PHOTO)),
        "notices.ask_correction plain": notices.ask_correction(t, notice(word, needs_confirm=False)),
        "notices.choosing": notices.choosing(t, Choosing(draft, Choice(office_, many, True), units, None)),
        "notices.choosing station": notices.choosing(t, Choosing(draft, Choice(unit, many, True), units[:2], 2, after)),
        "notices.choosing team": notices.choosing(
            t, Choosing(replace(draft, audience=Audience()), Choice(team(word), many, False), (), None)
        ),
        "notices.unheard": notices.unheard(t, 12, [(after, 3)] * min(many, 8), TZ),
        "notices.unheard none": notices.unheard(t, 12, [], TZ),
        "notices.preview": notices.preview(t, preview(word, many, notice=draft), TZ),
        "notices.preview second": notices.preview(t, preview(word, 150, notice=later, second=True, arrival=held), TZ),
        "notices.preview later": notices.preview(
            t,
            preview(word, 0, notice=replace(later, urgent=False), arrival=Arrival(NOW, NOW, NOW, 0)),
            TZ,
        ),
        "notices.preview team": notices.preview(
            t, preview(word, 2, notice=narrowed, unit=team(word), station=f"东山{word}", unheard_of=after), TZ
        ),
        "notices.full": notices.full(t, head(word), draft, TZ),
        "notices.full out": notices.full(t, head(word), notice(word, needs_confirm=False), TZ),
        "notices.full waiting": notices.full(t, office(word), notice(word, state=State.WAITING), TZ),
        "notices.full photo": notices.full(t, head(word), notice(word, long(word, CAPTION), attached=PHOTO), TZ),
        "notices.dropped": notices.dropped(t),
        "notices.templates": notices.templates(t, titles),
        "notices.templates none": notices.templates(t, ()),
        "notices.template": notices.template(t, template),
    }
    toast = notices.template_saved(t, template)
    return shown | {"notices.template_saved": Screen(html(toast))}


def _following(t: Texts, word: str, many: int) -> dict[str, Screen]:
    parts = tuple((station(word, n), figures()) for n in range(many))
    out = notice(word, long(word, TEXT), nudges=1, corrected_at=NOW, version=2, returned=f"写错{word}")
    change = Correction(long(word, TEXT), 5, False)
    standings = tuple(
        Standing(person(word, n), fate, "network", confirmed, told)
        for n, (fate, confirmed, told) in enumerate(product(Fate, (False, True), (False, True)))
    )
    shown = {
        f"notices.card {state}": notices.card(
            t,
            office(word),
            Card(notice(word, state=state, send_at=NOW if state is State.SCHEDULED else None), figures(), parts),
            TZ,
        )
        for state in State
    }
    cards = {
        "full": Card(out, figures(), parts, f"尹秋萍{word}"),
        "cascade": Card(replace(out, nudges=2, correction=replace(change, asked=True)), figures()),
        "cascaded": Card(replace(out, nudges=2, cascaded_at=NOW), figures()),
        "plain": Card(replace(out, needs_confirm=False, nudges=0), Figures(5, {Fate.DELIVERED: 5}), parts[:2]),
        "own draft": Card(notice(word, state=State.DRAFT, released_at=None), Figures()),
    }
    for name, one in cards.items():
        shown[f"notices.card {name}"] = notices.card(t, head(word), one, TZ)
    corrected = {
        "": replace(out, correction=change),
        " asked": replace(out, correction=replace(change, asked=True), needs_confirm=False),
        " none": out,
        " photo": replace(out, text="", attached=PHOTO, correction=Correction(long(word, CAPTION), 5, False)),
    }
    for name, one in corrected.items():
        shown[f"notices.correction{name}"] = notices.correction(t, Card(one, figures()))
    entries = tuple(notice(word, long(word, 90), id=n, state=list(State)[n % 7]) for n in range(min(many, 8)))
    return shown | {
        "notices.ask_recall": notices.ask_recall(t, Card(out, figures())),
        "notices.names": notices.names(t, out, standings * many, manages=True),
        "notices.names leader": notices.names(t, replace(out, needs_confirm=False), standings, manages=False),
        "notices.names none": notices.names(t, out, (), manages=True),
        "notices.written": notices.written(t, entries, 5, TZ),
        "notices.written none": notices.written(t, (), None, TZ),
    }


def _approving(t: Texts, word: str, many: int) -> dict[str, Screen]:
    asked = notice(word, long(word, TEXT), state=State.WAITING, asked=1, released_at=None)
    urgent = replace(asked, urgent=True, reason="台风", send_at=NOW + DAY)
    change = replace(asked, state=State.SENT, correction=Correction(long(word, TEXT), 5, True))
    photo = replace(asked, text="", attached=PHOTO)
    rounds = {
        "": Approval(preview(word, many, notice=asked), 1),
        " urgent": Approval(preview(word, many, notice=urgent), 1),
        " photo": Approval(preview(word, many, notice=photo), 1),
        " correction": Approval(preview(word, many, notice=change), 1),
        " agreed": Approval(preview(word, notice=replace(asked, state=State.SENT)), 1, f"尹秋萍{word}"),
        " agreed by nobody known": Approval(preview(word, notice=replace(asked, state=State.SENT)), 1),
        " older round": Approval(preview(word, notice=asked), 0),
        " returned": Approval(preview(word, notice=replace(asked, state=State.DRAFT, returned=f"错{word}")), 1),
        " barred": Approval(preview(word, notice=replace(asked, state=State.CANCELLED)), 1),
        " withdrawn": Approval(preview(word, notice=replace(asked, state=State.DRAFT)), 1),
    }
    shown = {f"notices.approval{name}": notices.approval(t, one, TZ) for name, one in rounds.items()}
    words = ("agreed", "returned", "corrected", "not_corrected", "missed", "nobody", "stopped", "recalled")
    for what in words:
        one = Answer(replace(asked, state=State.DRAFT), what, f"尹秋萍{word}", f"写错{word}")
        shown[f"notices.answer {what}"] = notices.answer(t, head(word), one)
    shown["notices.answer bare"] = notices.answer(t, head(word), Answer(notice(word), "missed"))
    barred = notice(word, state=State.CANCELLED, released_at=None)
    for what in ("author_left", "author_role", "author_scope"):
        shown[f"notices.answer {what}"] = notices.answer(t, office(word), Answer(barred, what))
    for what, reader in (("own_role", person(word, 5)), ("own_scope", head(word))):
        shown[f"notices.answer {what}"] = notices.answer(t, reader, Answer(barred, what))
    return shown
