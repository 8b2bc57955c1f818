"""Rewards and penalties: lists, a proposal as it stands, the form, what is said first.

Screens show a proposal as the service hands it over: it holds no objection that the reader may not read.
"""

from collections.abc import Iterable
from datetime import tzinfo

from domain.outbox import Item
from domain.people import Person, UnitKind
from domain.scores.award_shown import Asking, Card, Form, Line, Listing, News
from domain.scores.awards import NOTICE_DAYS, WHAT_LIMIT, Award, AwardKind, AwardState, Objection, Step, last_day_of
from domain.scores.ledger import WORDS_LIMIT
from domain.scores.shown import Choosing
from domain.scores.standard import SubjectKind
from views.home import home_button
from views.screen import Button, File, Row, Rows, Screen, clipped, fitting, in_rows, press
from views.texts import Html, Texts, blocks, html, lines
from views.times import day, moment

AREA = "awards"
NAME, PLACE = 16, 30  # characters shown of a name, of a unit
WHAT, BRIEF, WORDS = 200, 60, 600  # UTF-16 units shown of what is proposed, of that in a list, of words
A_PAGE = 3  # objections on a page: all of them are read in full


def _button(text: str, verb: str, *fields: int | str, style: str | None = None) -> Button:
    return press(text, AREA, verb, *fields, style=style)


def _menu_row(t: Texts) -> Row:
    return (_button(t.plain("button.awards"), "list"), home_button(t))


def _name(award: Award) -> str:
    return clipped(award.name, NAME)


# lists -----------------------------------------------------------------------------------------------------------


def listing(t: Texts, shown: Listing, tz: tzinfo) -> Screen:
    """A list: what is public, one's own, what one proposed, the office's."""
    kept, more = fitting([_line(t, one, tz) for one in shown.lines])
    text = blocks(
        t(f"awards.list.{shown.which}"),
        *kept,
        t("list.more", count=more) if more else "",
        "" if shown.lines else t(f"awards.empty.{shown.which}"),
    )
    return Screen(text, tuple(_listing_rows(t, shown)))


def _line(t: Texts, line: Line, tz: tzinfo) -> Html:
    award = line.award
    return t(
        f"awards.line.{award.kind}",
        name=_name(award),
        station=clipped(award.station, PLACE),
        what=clipped(award.what, BRIEF),
        state=_state(t, award, line.state, tz),
    )


def _state(t: Texts, award: Award, state: AwardState, tz: tzinfo) -> Html:
    last = last_day_of(award, tz)
    if state is AwardState.NOTICE and last is not None:
        return t(f"awards.runs.{award.kind}", day=day(t, last))
    return t(f"awards.state.{state}")


def _listing_rows(t: Texts, shown: Listing) -> Iterable[Row]:
    if shown.waiting:
        yield (_button(t.plain("awards.to_waiting", count=shown.waiting), "next", 0, style="primary"),)
    yield from ((_button(f"{one.award.name} {one.award.what}", "open", one.award.id, 0),) for one in shown.lines)
    pages = []
    if shown.page > 0:
        pages.append(_button(t.plain("list.previous"), "page", shown.which.value, shown.page - 1))
    if shown.page + 1 < shown.pages:
        pages.append(_button(t.plain("list.next"), "page", shown.which.value, shown.page + 1))
    if pages:
        yield tuple(pages)
    others = (one for one in shown.lists if one is not shown.which)
    yield tuple(_button(t.plain(f"awards.to.{one}"), "page", one.value, 0) for one in others)
    if shown.may_propose:
        yield tuple(_button(t.plain(f"awards.new.{kind}"), "new", kind.value) for kind in AwardKind)
    if shown.may_propose and shown.which is shown.lists[-1]:
        yield tuple(_button(t.plain(f"awards.export.{kind}"), "export", kind) for kind in ("xlsx", "csv"))
    yield (home_button(t),)


def exported(t: Texts, kind: str, body: bytes) -> Screen:
    """The table."""
    return Screen(t(f"awards.exported.{kind}"), (_menu_row(t),), File(t.plain("awards.export_name", suffix=kind), body))


# a proposal ------------------------------------------------------------------------------------------------------


def card(t: Texts, shown: Card, tz: tzinfo, page: int = 0, *, onward: bool = False) -> Screen:
    """A proposal as this person may deal with it. ``page``: of objections; ``onward``: a press goes on to the next.

    Whoever decides has the buttons below the last objections.
    """
    pages = max(1, -(-len(shown.award.objections) // A_PAGE))
    here = min(page, pages - 1)
    text = blocks(_facts(t, shown, tz), _period(t, shown, tz), _signed(t, shown, tz), _objections(t, shown, here, tz))
    return Screen(text, tuple(_card_rows(t, shown, here, pages, onward=onward)))


def _facts(t: Texts, shown: Card, tz: tzinfo) -> Html:
    award = shown.award
    return lines(
        t(f"awards.card.{award.kind}", state=_state(t, award, shown.state, tz)),
        t("awards.whom", name=_name(award), place=_place(t, award)),
        t("awards.what", what=clipped(award.what, WHAT)),
        t("awards.why", why=clipped(award.why, WORDS)),
    )


def _place(t: Texts, award: Award) -> Html:
    """城东收费站一班; of a team, whose name is said already, the station alone."""
    station = html(clipped(award.station, PLACE))
    if award.subject is SubjectKind.TEAM or award.unit.kind is not UnitKind.TEAM:
        return station
    return t("awards.place", station=station, team=clipped(award.unit.name, PLACE))


def _period(t: Texts, shown: Card, tz: tzinfo) -> Html:
    """What the notice period is, and until when it is."""
    award, last = shown.award, last_day_of(shown.award, tz)
    match shown.state:
        case AwardState.PROPOSED:
            return t(f"awards.period.proposed.{award.kind}", days=NOTICE_DAYS)
        case AwardState.NOTICE if last is not None:
            return t(f"awards.period.notice.{award.kind}", day=day(t, last))
        case AwardState.DUE if last is not None:
            return t(f"awards.period.due.{award.kind}", day=day(t, last))
    return Html("")


def _signed(t: Texts, shown: Card, tz: tzinfo) -> Html:
    """Who proposed, agreed and decided, for whoever deals with it or whom it concerns; others read why it ended."""
    award = shown.award
    if not (shown.deals or shown.concerned):
        told = shown.own is not None and award.end is not None and award.end.text
        return t("awards.reason", text=clipped(award.end.text, WORDS)) if told and award.end else Html("")
    proposed = t("awards.signed.proposed", name=clipped(award.proposer, NAME), when=moment(t, award.proposed_at, tz))
    return lines(proposed, *(_step(t, one, tz) for one in award.steps))


def _step(t: Texts, step: Step, tz: tzinfo) -> Html:
    signed = t(f"awards.signed.{step.kind}", name=clipped(step.name, NAME), when=moment(t, step.at, tz))
    return lines(signed, t("awards.reason", text=clipped(step.text, WORDS)) if step.text else "")


def _objections(t: Texts, shown: Card, page: int, tz: tzinfo) -> Html:
    """All of them for whoever deals with it, a page at a time; for others their own."""
    award = shown.award
    if not shown.deals:
        own = shown.own
        return t(f"awards.own.{award.kind}", text=clipped(own.text, WORDS)) if own else Html("")
    if award.agreed is None:
        return Html("")
    if not award.objections:
        return t(f"awards.none.{award.kind}")
    since = page * A_PAGE
    listed = award.objections[since : since + A_PAGE]
    numbered = (_objection(t, number, one, tz) for number, one in enumerate(listed, start=since + 1))
    unread = shown.rights.decide and since + A_PAGE < len(award.objections)
    return lines(
        t(f"awards.objections.{award.kind}", count=len(award.objections)),
        *numbered,
        t("awards.unread") if unread else "",
    )


def _objection(t: Texts, number: int, one: Objection, tz: tzinfo) -> Html:
    when = moment(t, one.changed_at or one.sent_at, tz)
    return t("awards.objection", number=number, name=clipped(one.name, NAME), when=when, text=clipped(one.text, WORDS))


def _card_rows(t: Texts, shown: Card, page: int, pages: int, *, onward: bool) -> Iterable[Row]:
    award, last = shown.award, page == pages - 1
    if pages > 1:
        back = (_button(t.plain("list.previous"), "open", award.id, page - 1),) if page else ()
        yield (*back, *(() if last else (_button(t.plain("list.next"), "open", award.id, page + 1),)))
    yield from _act_rows(t, shown, last=last, onward=onward)
    if shown.rights.withdraw:
        yield (_button(t.plain("awards.withdraw"), "withdraw", award.id),)
    if shown.left:
        yield (_button(t.plain("awards.to_next", count=shown.left), "next", award.id),)
    yield _menu_row(t)


def _act_rows(t: Texts, shown: Card, *, last: bool, onward: bool) -> Iterable[Row]:
    award = shown.award
    if shown.rights.agree:
        agree = _button(t.plain(f"awards.agree.{award.kind}"), "agree", award.id, int(onward), style="success")
        yield (agree, _button(t.plain("awards.refuse"), "refuse", award.id))
    if shown.rights.decide and last:
        passing = ("pass_why", award.id) if award.objections else ("pass", award.id, int(onward))
        pass_ = _button(t.plain("awards.pass"), *passing, style="success")
        yield (pass_, _button(t.plain("awards.reject"), "reject", award.id))
    if shown.rights.object:
        verb = "change" if shown.own else "object"
        yield (_button(t.plain(f"awards.{verb}.{award.kind}"), "object", award.id),)


def nothing_waits(t: Texts) -> Screen:
    """All is dealt with."""
    return Screen(t("awards.nothing_waits"), (_menu_row(t),))


def ask(t: Texts, shown: Card, asking: Asking) -> Screen:
    """The words for which a proposal waits: a reason, an objection."""
    award = shown.award
    head = t(f"awards.head.{award.kind}", name=_name(award), what=clipped(award.what, WHAT))
    asked = t(f"awards.ask.{asking}" + (f".{award.kind}" if asking is Asking.OBJECTION else ""), limit=WORDS_LIMIT)
    own = t(f"awards.own.{award.kind}", text=clipped(shown.own.text, WORDS)) if shown.own else ""
    back = _button(t.plain("button.back"), "open", award.id, 0)
    return Screen(blocks(head, own if asking is Asking.OBJECTION else "", asked), ((back, home_button(t)),))


# the form --------------------------------------------------------------------------------------------------------


def choose(t: Texts, shown: Choosing, kind: AwardKind) -> Screen:
    """For whom it is: people and units, from the caller's own down."""
    here, draft_id = shown.here, shown.draft_id
    people = in_rows((_button(one.name, "person", draft_id, one.id) for one in shown.people), 3)
    units = in_rows((_button(one.name, "who", draft_id, one.id) for one in shown.units), 2)
    team: Rows = ((_button(t.plain("awards.whole_team", name=here.name), "team", draft_id, here.id),),)
    up = () if here.id == shown.root.id else (_button(t.plain("awards.up"), "who", draft_id, here.parent_id or 0),)
    text = blocks(t(f"awards.choose.{kind}"), t("awards.choose_in", unit=clipped(here.name, PLACE)))
    rows = (*(team if shown.team else ()), *people, *units)
    return Screen(text, (*rows[:_CHOICES], (*up, _drop(t, draft_id))))


_CHOICES = 30  # rows of people and units


def _drop(t: Texts, draft_id: int) -> Button:
    return _button(t.plain("awards.drop"), "drop", draft_id)


def form(t: Texts, shown: Form) -> Screen:
    """What is asked next, or all of it before [提交]."""
    match shown.asking:
        case Asking.SUBJECT:
            who = _button(t.plain("awards.change.subject"), "who", shown.draft_id, 0)
            return Screen(t(f"awards.choose.{shown.kind}"), ((who, _drop(t, shown.draft_id)),))
        case Asking.WHAT | Asking.WHY:
            return _asks(t, shown)
    text = blocks(
        lines(t(f"awards.preview.{shown.kind}"), *_written(t, shown)),
        t(f"awards.period.proposed.{shown.kind}", days=NOTICE_DAYS),
        "" if shown.signers else t("awards.no_signers"),
    )
    submit = _button(t.plain("awards.submit"), "submit", shown.draft_id, style="success")
    parts = (Asking.SUBJECT, Asking.WHAT, Asking.WHY)
    change = tuple(_button(t.plain(f"awards.change.{one}"), "ask", shown.draft_id, one.value) for one in parts)
    return Screen(text, ((submit,), change, (_drop(t, shown.draft_id), home_button(t))))


def _asks(t: Texts, shown: Form) -> Screen:
    limit = WHAT_LIMIT if shown.asking is Asking.WHAT else WORDS_LIMIT
    text = blocks(
        lines(t(f"awards.form.{shown.kind}"), *_written(t, shown)),
        t(f"awards.ask.{shown.asking}.{shown.kind}", limit=limit),
    )
    back = _button(t.plain("awards.to_preview"), "ask", shown.draft_id, Asking.PREVIEW.value)
    written = shown.what and shown.why
    return Screen(text, ((*((back,) if written else ()), _drop(t, shown.draft_id)),))


def _written(t: Texts, shown: Form) -> Iterable[Html]:
    """What is written so far."""
    if shown.unit is not None:
        name = shown.person.name if shown.person else shown.unit.name
        place = shown.unit.name if shown.person else ""
        yield t("awards.whom", name=clipped(name, NAME), place=clipped(place, PLACE))
    if shown.what:
        yield t("awards.what", what=clipped(shown.what, WHAT))
    if shown.why:
        yield t("awards.why", why=clipped(shown.why, WORDS))


def dropped(t: Texts) -> Screen:
    """[放弃]."""
    return Screen(t("awards.dropped"), (_menu_row(t),))


# what is said first ----------------------------------------------------------------------------------------------


def asked(t: Texts, _person: Person, shown: Card, _item: Item, _now: int, tz: tzinfo) -> Screen:
    """The office is asked to agree."""
    return card(t, shown, tz)


def asked_line(t: Texts, _person: Person, shown: Card, _item: Item, _now: int, _tz: tzinfo) -> Html:
    """The same in the day's bundle."""
    return t("awards.asked_line", name=_name(shown.award), what=clipped(shown.award.what, BRIEF))


def due(t: Texts, _person: Person, shown: Card, _item: Item, _now: int, tz: tzinfo) -> Screen:
    """The notice period is over: somebody has to decide."""
    return card(t, shown, tz)


def due_line(t: Texts, _person: Person, shown: Card, _item: Item, _now: int, _tz: tzinfo) -> Html:
    """The same in the day's bundle."""
    return t("awards.due_line", name=_name(shown.award), what=clipped(shown.award.what, BRIEF))


def news(t: Texts, _person: Person, shown: News, _item: Item, _now: int, tz: tzinfo) -> Screen:
    """To whom it concerns: the notice period has begun, or it is decided or withdrawn."""
    screen = card(t, shown.card, tz)
    return Screen(blocks(_news(t, shown), Html(screen.text)), screen.rows)


def news_line(t: Texts, _person: Person, shown: News, _item: Item, _now: int, _tz: tzinfo) -> Html:
    """The same in the day's bundle."""
    return _news(t, shown)


def _news(t: Texts, shown: News) -> Html:
    award = shown.card.award
    return t(f"awards.news.{shown.step.kind}.{award.kind}", name=_name(award), what=clipped(award.what, BRIEF))


def answer(t: Texts, _person: Person, shown: News, _item: Item, _now: int, tz: tzinfo) -> Screen:
    """To whoever proposed it: what became of it."""
    screen = card(t, shown.card, tz)
    return Screen(blocks(_answer(t, shown), Html(screen.text)), screen.rows)


def answer_line(t: Texts, _person: Person, shown: News, _item: Item, _now: int, _tz: tzinfo) -> Html:
    """The same in the day's bundle."""
    return _answer(t, shown)


def _answer(t: Texts, shown: News) -> Html:
    award = shown.card.award
    return t(f"awards.answer.{shown.step.kind}", name=_name(award), what=clipped(award.what, BRIEF))
