"""Logging a deed: what is offered, the form, and its choices."""

from collections.abc import Iterable, Sequence
from datetime import tzinfo

from domain.deeds import Conduct, Deed, DeedKind, DeedState, ReturnReason
from domain.deeds.shown import Card, Choosing, Menu
from domain.people import Person, Role
from views.deeds.parts import NAME, WORDS, back_row, button, excerpt, menu_row, names, when, where
from views.home import home_button, nav
from views.screen import Button, Row, Rows, Screen, clipped, in_rows
from views.texts import Html, Texts, blocks, html, lines

TIMES = ("just", "today", "yesterday")


# /deed -------------------------------------------------------------------------------------------------------------


def menu(t: Texts, shown: Menu, tz: tzinfo) -> Screen:
    """/deed: how to log one, the own ones, and what waits for a signature."""
    bureau = shown.caller.role is Role.BUREAU
    own = [
        t("deeds.own_line", state=state(t, deed), when=when(t, deed, tz), text=excerpt(t, deed)) for deed in shown.own
    ]
    text = blocks(
        t("deeds.title"),
        "" if bureau else t("deeds.how"),
        lines(t("deeds.own_title"), *own) if own else "",
    )
    return Screen(text, tuple(_menu_rows(t, shown)))


def _menu_rows(t: Texts, shown: Menu) -> Iterable[Row]:
    if shown.waiting:
        yield (button(t.plain("deeds.to_waiting", count=shown.waiting), "next", 0, style="primary"),)
    yield from ((button(_own_button(t, deed), "open", deed.id),) for deed in shown.own)
    roll = button(t.plain("deeds.to_roll"), "roll", 0)
    leads = shown.caller.role is not Role.COLLECTOR
    yield (roll, button(t.plain("deeds.to_figures"), "figures")) if leads else (roll,)
    yield nav(t)


def _own_button(t: Texts, deed: Deed) -> str:
    return f"{t.plain(f'deeds.mark.{deed.state}')} {' '.join(deed.text.split()) or t.plain(f'deeds.kind.{deed.kind}')}"


def state(t: Texts, deed: Deed) -> Html:
    """How a deed stands."""
    return t(f"deeds.state.{deed.state}")


def offered(t: Texts, shown: Card) -> Screen:
    """A stray photo or line: may it be logged?"""
    deed = shown.deed
    text = blocks(
        t("deeds.offered_photo") if deed.photos else t("deeds.offered_text", text=excerpt(t, deed)),
        _fault(t, shown),
    )
    log = button(t.plain("deeds.log"), "open", deed.id, style="success")
    return Screen(text, ((log, button(t.plain("deeds.not_one"), "drop", deed.id)), nav(t)))


def _fault(t: Texts, shown: Card) -> Html:
    return t(f"deeds.fault.{shown.fault}") if shown.fault else Html("")


# the form --------------------------------------------------------------------------------------------------------


def form(t: Texts, shown: Card, tz: tzinfo) -> Screen:
    """A deed with all that its author can change."""
    deed = shown.deed
    text = blocks(
        lines(t(f"deeds.form.{deed.state}"), returned(t, deed)),
        _fault(t, shown),
        html(clipped(deed.text, WORDS)) if deed.text else t("deeds.wants_words"),
        facts(t, deed, tz),
        t("deeds.form_hint") if deed.state is not DeedState.RETURNED else "",
    )
    return Screen(text, tuple(_form_rows(t, deed)))


def _form_rows(t: Texts, deed: Deed) -> Iterable[Row]:
    if deed.text and deed.state in {DeedState.DRAFT, DeedState.RETURNED}:
        again = "deeds.submit_again" if deed.state is DeedState.RETURNED else "deeds.submit"
        yield (button(t.plain(again), "submit", deed.id, deed.edits, style="success"),)
    yield tuple(button(t.plain(f"deeds.set.{part}"), part, deed.id) for part in ("kind", "time", "place"))
    yield (
        button(t.plain("deeds.set.people"), "people", deed.id, 0),
        button(t.plain("deeds.set.witness"), "witness", deed.id, 0),
        button(t.plain("deeds.set.tags"), "tags", deed.id),
    )
    text = button(t.plain("deeds.set.text"), "text", deed.id)
    yield (text, button(t.plain("deeds.set.no_photos"), "unphoto", deed.id)) if deed.photos else (text,)
    throw = "deeds.drop" if deed.state is DeedState.DRAFT else "deeds.withdraw"
    yield (button(t.plain(throw), "drop", deed.id), *menu_row(t))


def returned(t: Texts, deed: Deed) -> Html:
    """Why it was returned, if it was."""
    back = deed.returned
    if back is None:
        return Html("")
    words = html(back.words) if back.reason is ReturnReason.OTHER else t(f"deeds.reason.{back.reason}")
    return t("deeds.returned_because", name=clipped(back.name, NAME), reason=words)


def facts(t: Texts, deed: Deed, tz: tzinfo) -> Html:
    """Kind, time, place, people, photos, standards: a line each."""
    others = [one.name for one in deed.sharers[1:]]
    return lines(
        t("deeds.kind_line", kind=t(f"deeds.kind.{deed.kind}")),
        t("deeds.time_line", when=when(t, deed, tz)),
        t("deeds.place_line", place=where(t, deed)),
        t("deeds.people_line", names=names(t, others)) if others else "",
        t("deeds.witness_line", name=clipped(deed.witness.name, NAME)) if deed.witness else "",
        _photos(t, deed),
        t("deeds.tags_line", tags=tags(t, deed)) if deed.tags else "",
    )


def _photos(t: Texts, deed: Deed) -> Html:
    """Parts of an album may still be on their way: they are called one set."""
    if not deed.photos:
        return Html("")
    if any(photo.album for photo in deed.photos):
        return t("deeds.photos_set")
    return t("deeds.photos", count=len(deed.photos))


def tags(t: Texts, deed: Deed) -> Html:
    """The conduct standards it stands for, in the order of the standards."""
    return Html(t.plain("list.separator").join(t(f"deeds.tag.{tag}") for tag in Conduct if tag in deed.tags))


# choices ---------------------------------------------------------------------------------------------------------


def choose_kind(t: Texts, deed: Deed) -> Screen:
    """Which kind."""
    kinds = in_rows((_kind(t, deed, kind) for kind in DeedKind), 2)
    return Screen(blocks(_head(t, deed), t("deeds.choose_kind")), (*kinds, back_row(t, deed)))


def _kind(t: Texts, deed: Deed, kind: DeedKind) -> Button:
    return button(_ticked(t.plain(f"deeds.kind.{kind}"), kind is deed.kind), "to_kind", deed.id, kind.value)


def _ticked(text: str, on: bool) -> str:
    return f"✓ {text}" if on else text


def _head(t: Texts, deed: Deed) -> Html:
    return t("deeds.head", text=excerpt(t, deed))


def choose_time(t: Texts, deed: Deed) -> Screen:
    """When: by a tap, or typed."""
    times = tuple(button(t.plain(f"deeds.when.{when}"), "to_time", deed.id, when) for when in TIMES)
    return Screen(blocks(_head(t, deed), t("deeds.choose_time")), (times, back_row(t, deed)))


def choose_place(t: Texts, deed: Deed, offered: Sequence[str]) -> Screen:
    """Where: by a tap, or typed."""
    places = in_rows((button(place, "to_place", deed.id, number) for number, place in enumerate(offered)), 3)
    return Screen(blocks(_head(t, deed), t("deeds.choose_place")), (*places, back_row(t, deed)))


def choose_tags(t: Texts, deed: Deed) -> Screen:
    """Which of the eight conduct standards it stands for."""
    rows = in_rows((_tag(t, deed, tag) for tag in Conduct), 2)
    return Screen(blocks(_head(t, deed), t("deeds.choose_tags")), (*rows, back_row(t, deed)))


def _tag(t: Texts, deed: Deed, tag: Conduct) -> Button:
    on = tag in deed.tags
    return button(_ticked(t.plain(f"deeds.tag.{tag}"), on), "to_tag", deed.id, tag.value, int(not on))


def choose_people(t: Texts, shown: Choosing) -> Screen:
    """Who took part as well, or who saw it."""
    deed = shown.deed
    text = blocks(
        _head(t, deed),
        t("deeds.choose_witness") if shown.witness else t("deeds.choose_people"),
        "" if shown.people else t("deeds.no_colleagues"),
    )
    rows = in_rows((_colleague(shown, one) for one in shown.people), 2)
    nobody: Rows = ()
    if shown.witness and shown.chosen:
        nobody = ((button(t.plain("deeds.no_witness"), "to_witness", deed.id, 0),),)
    return Screen(text, (*rows, *_pages(t, shown), *nobody, back_row(t, deed)))


def _colleague(shown: Choosing, one: Person) -> Button:
    on = one.id in shown.chosen
    text = _ticked(f"{one.name} {one.unit.name}", on)
    if shown.witness:
        return button(text, "to_witness", shown.deed.id, one.id)
    return button(text, "to_person", shown.deed.id, one.id, int(not on), shown.page)


def _pages(t: Texts, shown: Choosing) -> Rows:
    verb, row = "witness" if shown.witness else "people", []
    if shown.page > 0:
        row.append(button(t.plain("list.previous"), verb, shown.deed.id, shown.page - 1))
    if shown.page + 1 < shown.pages:
        row.append(button(t.plain("list.next"), verb, shown.deed.id, shown.page + 1))
    return (tuple(row),) if row else ()


def ask_text(t: Texts, deed: Deed) -> Screen:
    """The words, anew."""
    return Screen(blocks(_head(t, deed), t("deeds.ask_text")), (back_row(t, deed),))


def dropped(t: Texts) -> Screen:
    """It was thrown away, or taken back."""
    return Screen(t("deeds.dropped"), ((button(t.plain("button.deeds"), "show"), home_button(t)),))
