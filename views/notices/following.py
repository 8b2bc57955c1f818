"""What a sender follows: the live card, names, what was written, and the steps that ask first."""

from collections.abc import Sequence
from datetime import tzinfo

from domain.notices import Card, Fate, Figures, Notice, Standing, State
from domain.people import Person, Unit
from views.home import home_button
from views.notices.parts import CONTENT, back, button, content, home, line, name, place, plain_line, short_day
from views.screen import Button, Row, Rows, Screen, clipped, fitting, in_rows
from views.texts import Html, Texts, blocks, lines
from views.times import moment

STOPPED = frozenset({State.CANCELLED, State.RECALLED})
CARD_TEXT = 300


def card(t: Texts, viewer: Person, card: Card, tz: tzinfo) -> Screen:
    """Where it stands; edited in place while figures change, so it holds no clock."""
    notice = card.notice
    text = blocks(
        lines(t("notice.card", state=_state(t, card, tz)), _from(t, viewer, notice)),
        content(t, notice.text, notice, CARD_TEXT),
        _figures(t, card) if notice.released_at else "",
        _parts(t, card.parts, confirm=notice.needs_confirm),
        _notes(t, card, tz),
    )
    return Screen(text, _rows(t, viewer, card))


def _state(t: Texts, card: Card, tz: tzinfo) -> Html:
    notice = card.notice
    when = moment(t, notice.send_at, tz) if notice.state is State.SCHEDULED and notice.send_at else ""
    return t(f"notice.state_{notice.state}", when=when) if when else t(f"notice.state_{notice.state}")


def _from(t: Texts, viewer: Person, notice: Notice) -> str:
    if viewer.id == notice.author.id:
        return ""
    return t("notice.by", place=place(notice.author), name=name(notice.author.name))


def _figures(t: Texts, card: Card) -> Html:
    """Delivered, failed and confirmed are three figures, told in person a fourth."""
    figures, notice = card.figures, card.notice
    return lines(
        t("notice.total", count=figures.total),
        t("notice.queued", count=figures.of(Fate.QUEUED)) if figures.of(Fate.QUEUED) else "",
        t("notice.delivered", count=figures.of(Fate.DELIVERED)),
        _undelivered(t, figures),
        t("notice.not_sent", count=figures.of(Fate.CANCELLED)) if figures.of(Fate.CANCELLED) else "",
        *(_confirmations(t, figures) if notice.needs_confirm else ()),
    )


def _undelivered(t: Texts, figures: Figures) -> str:
    if not figures.undelivered:
        return ""
    causes = [(t(f"notice.fate_{fate}"), figures.of(fate)) for fate in (Fate.NOT_JOINED, Fate.BLOCKED)]
    causes += [(t(_cause(cause)), count) for cause, count in figures.causes.items()]
    counted = (t("notice.cause_count", cause=cause, count=count) for cause, count in causes if count)
    listed = t("notice.comma").join(counted)
    return t("notice.failed", count=figures.undelivered, causes=Html(listed))


CAUSES = ("network", "server", "refused", "chat_gone", "unknown", "fault")


def _cause(cause: str | None) -> str:
    return f"notice.cause_{cause if cause in CAUSES else 'other'}"


def _confirmations(t: Texts, figures: Figures) -> tuple[str, ...]:
    return (
        t("notice.confirmed_count", count=figures.confirmed),
        t("notice.told_count", count=figures.told) if figures.told else "",
        t("notice.open_count", count=figures.open) if figures.open else "",
        t("notice.before_count", count=figures.confirmed_before) if figures.confirmed_before else "",
    )


def _parts(t: Texts, parts: Sequence[tuple[Unit, Figures]], *, confirm: bool) -> str:
    """A line for each station or team."""
    listed, more = fitting([_part(t, unit, figures, confirm=confirm) for unit, figures in parts], 1_500)
    return lines(*listed, t("list.more", count=more) if more else "") if listed else ""


def _part(t: Texts, unit: Unit, figures: Figures, *, confirm: bool) -> Html:
    values = {"unit": clipped(unit.name, 30), "delivered": figures.of(Fate.DELIVERED), "total": figures.total}
    if not confirm:
        return t("notice.part", **values)
    return t("notice.part_confirmed", **values, confirmed=figures.confirmed)


def _notes(t: Texts, card: Card, tz: tzinfo) -> str:
    notice = card.notice
    waits = notice.correction is not None and notice.correction.asked
    return lines(
        t("notice.agreed_by", name=name(card.by_second)) if card.by_second else "",
        t("notice.corrected_at", when=moment(t, notice.corrected_at, tz)) if notice.corrected_at else "",
        t("notice.correction_waits") if waits else "",
        t("notice.nudged", count=notice.nudges) if notice.nudges else "",
        t("notice.cascaded") if notice.cascaded_at else "",
        t("notice.returned", reason=notice.returned) if notice.returned else "",
    )


def _rows(t: Texts, viewer: Person, card: Card) -> Rows:
    notice = card.notice
    rows = [_remind(t, card), _retry(t, card), _look(t, viewer, card), _change(t, card)]
    leave = (button(t.plain("button.back"), "written", 0), home(t))
    if notice.state is State.DRAFT and viewer.id == notice.author.id:
        rows = [(button(t.plain("notice.go_on"), "preview", notice.id, style="primary"),)]
    return (*(row for row in rows if row), leave)


def _remind(t: Texts, card: Card) -> Row:
    notice, open_ = card.notice, card.figures.open
    if card.next_nudge is not None:
        return (button(t.plain("notice.remind", count=open_), "nudge", notice.id, card.next_nudge, style="primary"),)
    if card.to_cascade:
        return (button(t.plain("notice.cascade", count=open_), "cascade", notice.id, style="primary"),)
    return ()


def _retry(t: Texts, card: Card) -> Row:
    count = card.figures.to_retry
    live = card.notice.state in {State.SENDING, State.SENT}
    return (button(t.plain("notice.resend", count=count), "resend", card.notice.id),) if count and live else ()


def _look(t: Texts, viewer: Person, card: Card) -> Row:
    notice = card.notice
    names = (button(t.plain("notice.who"), "who", notice.id),) if notice.released_at else ()
    return (*names, button(t.plain("notice.full"), "full", notice.id))


def _change(t: Texts, card: Card) -> Row:
    notice = card.notice
    cancel = button(t.plain("notice.cancel"), "cancel", notice.id)
    if notice.state in {State.WAITING, State.SCHEDULED}:
        return (cancel,)
    if not notice.out:
        return ()
    correct = (
        button(t.plain("notice.correction"), "correction", notice.id)
        if notice.correction
        else button(t.plain("notice.correct"), "correct", notice.id)
    )
    recall = button(t.plain("notice.recall"), "recall", notice.id, style="danger")
    stop = (cancel,) if notice.state is State.SENDING and card.figures.of(Fate.QUEUED) else ()
    return (correct, recall, *stop)


# steps that ask first --------------------------------------------------------------------------------------------


def correction(t: Texts, card: Card) -> Screen:
    """The new text before it takes the old one's place, or while it waits for a second person."""
    notice, change = card.notice, card.notice.correction
    if change is None:
        return Screen(t("notice.no_correction"), (back(t, "card", notice.id),))
    again = t("notice.correction_asks_again") if notice.needs_confirm else ""
    delivered = card.figures.of(Fate.DELIVERED)
    text = blocks(
        t("notice.correction_waits") if change.asked else t("notice.correction_preview", count=delivered),
        content(t, change.text, notice, CONTENT),
        again,
    )
    apply = button(t.plain("notice.correct_yes"), "corrected", notice.id, change.stamp, style="success")
    drop = button(t.plain("notice.correct_no"), "uncorrect", notice.id)
    return Screen(text, (*(() if change.asked else ((apply,),)), (drop, *back(t, "card", notice.id)[:1])))


def ask_recall(t: Texts, card: Card) -> Screen:
    """[撤回] asks first."""
    yes = button(t.plain("notice.recall_yes"), "recalled", card.notice.id, style="danger")
    text = blocks(t("notice.ask_recall", count=card.figures.of(Fate.DELIVERED)), line(t, card.notice))
    return Screen(text, ((yes,), back(t, "card", card.notice.id)))


# names -----------------------------------------------------------------------------------------------------------


def names(t: Texts, notice: Notice, found: Sequence[Standing], *, manages: bool) -> Screen:
    """Who has confirmed, who has not, whom it did not reach and why; of the viewer's part of the tree."""
    groups = [
        ("notice.names_open", [one for one in found if one.open] if notice.needs_confirm else []),
        ("notice.names_failed", [one for one in found if one.fate in {Fate.FAILED, Fate.BLOCKED, Fate.NOT_JOINED}]),
        ("notice.names_queued", [one for one in found if one.fate is Fate.QUEUED and not one.confirmed]),
        ("notice.names_told", [one for one in found if one.told and not one.confirmed]),
        ("notice.names_confirmed", [one for one in found if one.confirmed]),
    ]
    text = blocks(line(t, notice), *(_group(t, key, members) for key, members in groups if members))
    empty = "" if any(members for _, members in groups) else t("notice.names_none")
    to = back(t, "card", notice.id) if manages else back(t, "open", notice.id)
    return Screen(blocks(text, empty), (to,))


def _group(t: Texts, key: str, members: Sequence[Standing]) -> Html:
    shown, more = fitting([_person(t, one) for one in members], 650)
    return lines(t(key, count=len(members)), *shown, t("list.more", count=more) if more else "")


def _person(t: Texts, one: Standing) -> Html:
    who = t("notice.person_of", name=name(one.person.name), unit=clipped(_unit(one.person), 30))
    if one.fate is Fate.NOT_JOINED or one.fate is Fate.BLOCKED:
        return t("notice.person_why", person=who, why=t(f"notice.fate_{one.fate}"))
    return t("notice.person_why", person=who, why=t(_cause(one.cause))) if one.fate is Fate.FAILED else who


def _unit(person: Person) -> str:
    above = person.station if person.station and person.station != person.unit.name else ""
    return f"{above}{person.unit.name}"


# what was written ------------------------------------------------------------------------------------------------


def written(t: Texts, found: Sequence[Notice], older: int | None, tz: tzinfo) -> Screen:
    """What one wrote, newest first, drafts too."""
    listed = in_rows((_entry(t, notice, tz) for notice in found), 1)
    more = ((button(t.plain("notice.older"), "written", older),),) if older else ()
    write = (button(t.plain("notice.write"), "write", 0, style="primary"),)
    text = t("notice.written_title") if found else t("notice.written_none")
    return Screen(text, (*listed, *more, write, (back(t, "list")[0], home_button(t))))


def _entry(t: Texts, notice: Notice, tz: tzinfo) -> Button:
    day = short_day(t, notice.released_at or notice.created_at, tz)
    label = f"{day} {t.plain(f'notice.short_{notice.state}')} {plain_line(t, notice)}"
    return button(label, "preview" if notice.state is State.DRAFT else "card", notice.id)
