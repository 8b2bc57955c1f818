"""One's own scores, an entry and what can be done with it, what waits, and the words that are asked for."""

from collections.abc import Iterable
from datetime import tzinfo

from domain.scores import Entry, Step, StepKind
from domain.scores.shown import Asking, Card, Own
from views.home import home_button
from views.scores.parts import (
    NAME,
    WORDS,
    back_row,
    button,
    clause,
    entry_rows,
    evidence,
    listed,
    menu_row,
    page_row,
    points,
    reason,
    state,
    subject,
    totals,
    whole_clause,
    words,
)
from views.screen import Row, Screen, clipped, press
from views.texts import Html, Texts, blocks, html, lines
from views.times import day, moment

# /score ------------------------------------------------------------------------------------------------------------


def own(t: Texts, shown: Own, tz: tzinfo) -> Screen:
    """/score: my total of this month and the entries behind it; for leaders what waits, and their doors."""
    text = blocks(
        t("scores.own_title"),
        totals(t, shown.this_month, shown.earlier),
        listed(t, shown.entries, tz),
    )
    rows = (
        *_waiting(t, shown),
        *entry_rows(t, shown.entries),
        *page_row(t, shown.entries, "own"),
        *_doors(t, shown),
        (home_button(t),),
    )
    return Screen(text, rows)


def _waiting(t: Texts, shown: Own) -> Iterable[Row]:
    waits = shown.proposals + shown.appeals
    if waits:
        yield (button(t.plain("scores.to_waiting", count=waits), "next", 0, style="primary"),)


def _doors(t: Texts, shown: Own) -> Iterable[Row]:
    standard = button(t.plain("scores.to_standard"), "standards")
    awards = press(t.plain("scores.to_awards"), "awards", "list")
    if shown.leads is None:
        yield (standard, awards)
        return
    yield (button(t.plain("scores.begin"), "begin"), button(t.plain("scores.to_unit"), "unit", 0, 0))
    closes = (button(t.plain("scores.to_closes"), "closes", 0),) if shown.may_close else ()
    yield (*closes, button(t.plain("scores.to_exports"), "exports"))
    yield (standard, awards)


# an entry ----------------------------------------------------------------------------------------------------------


def card(t: Texts, shown: Card, tz: tzinfo, *, onward: bool = False) -> Screen:
    """An entry as this person may deal with it. ``onward``: a press goes on to the next that waits."""
    entry = shown.entry
    text = blocks(
        lines(
            t("scores.card", points=points(t, entry.points), state=state(t, entry, shown.state, tz)),
            t("scores.card_reversal", number=entry.reverses) if entry.reverses else "",
            subject(t, entry),
        ),
        whole_clause(t, entry.clause),
        html(reason(entry, WORDS)),
        lines(
            t("scores.happened", day=day(t, entry.happened_on)),
            evidence(t, entry.clause),
            t("scores.proposed_by", name=clipped(entry.proposer, NAME), when=moment(t, entry.proposed_at, tz)),
        ),
        *(_step(t, one, tz) for one in entry.steps),
        _reversal(t, shown, tz),
    )
    return Screen(text, tuple(_rows(t, shown, onward=onward)))


def _step(t: Texts, step: Step, tz: tzinfo) -> Html:
    said = t(f"scores.step.{step.kind}", name=clipped(step.name, NAME), when=moment(t, step.at, tz))
    return lines(said, t("scores.said", text=clipped(step.text, WORDS)) if step.text else "")


def _reversal(t: Texts, shown: Card, tz: tzinfo) -> Html:
    if shown.reversal is None or shown.reversal_state is None:
        return Html("")
    return t("scores.has_reversal", state=state(t, shown.reversal, shown.reversal_state, tz))


def _rows(t: Texts, shown: Card, *, onward: bool) -> Iterable[Row]:
    entry, rights = shown.entry, shown.rights
    if rights.confirm:
        yield (
            button(t.plain("scores.confirm"), "confirm", entry.id, int(onward), style="success"),
            button(t.plain("scores.refuse"), "refuse", entry.id),
        )
    if rights.decide:
        yield (
            button(t.plain("scores.grant"), "grant", entry.id),
            button(t.plain("scores.dismiss"), "dismiss", entry.id),
        )
    if rights.appeal:
        yield (button(t.plain("scores.appeal"), "appeal", entry.id),)
    if rights.withdraw:
        yield (button(t.plain("scores.withdraw"), "withdraw", entry.id),)
    if rights.reverse:
        yield (button(t.plain("scores.reverse"), "reverse", entry.id),)
    if shown.reversal is not None:
        yield (button(t.plain("scores.see_reversal"), "entry", shown.reversal.id),)
    if entry.deed_id is not None:
        yield (press(t.plain("scores.see_deed"), "deeds", "open", entry.deed_id),)
    if shown.left:
        yield (button(t.plain("scores.to_next", count=shown.left), "next", entry.id),)
    yield menu_row(t)


def nothing_waits(t: Texts) -> Screen:
    """All is signed and answered."""
    return Screen(t("scores.nothing_waits"), (menu_row(t),))


def ask_words(t: Texts, shown: Card, asking: Asking) -> Screen:
    """Why it is refused, an appeal, a reply: the next message."""
    entry = shown.entry
    text = blocks(
        t("scores.ask_head", points=points(t, entry.points), clause=clause(t, entry.clause), subject=subject(t, entry)),
        words(entry.appeal.text) if entry.appeal and asking in {Asking.GRANT, Asking.DISMISS} else "",
        t(f"scores.ask.{asking}"),
    )
    return Screen(text, (back_row(t, "leave", entry.id),))


# what is said first ------------------------------------------------------------------------------------------------


def brief(t: Texts, entry: Entry) -> Html:
    """An entry in a few words."""
    return t("scores.brief", points=points(t, entry.points), clause=clause(t, entry.clause), subject=subject(t, entry))


def told(t: Texts, shown: Card, step: Step, tz: tzinfo, *, concerned: bool) -> Screen:
    """A step of an entry. ``concerned``: it is told to whom the entry is about."""
    key = f"scores.told.{step.kind}" if concerned else f"scores.answer.{step.kind}"
    until = moment(t, step.until, tz) if step.until is not None else ""
    text = blocks(
        t(key, name=clipped(step.name, NAME), until=until),
        brief(t, shown.entry),
        html(reason(shown.entry, WORDS)),
        t("scores.said", text=clipped(step.text, WORDS)) if step.text else "",
    )
    see = button(t.plain("scores.see"), "entry", shown.entry.id)
    appeal = concerned and step.kind is StepKind.CONFIRMED and shown.rights.appeal
    row = (button(t.plain("scores.appeal"), "appeal", shown.entry.id), see) if appeal else (see,)
    return Screen(text, (row, menu_row(t)))
