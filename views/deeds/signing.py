"""A deed as it stands, for whoever signs it, took part, or looks; returning it; the clean ones together."""

from collections.abc import Iterable
from datetime import tzinfo

from domain.deeds import LISTED_PEOPLE, LISTED_WORDS, Deed, DeedState, Flag, Photo, ReturnReason
from domain.deeds.shown import Batch, Card
from domain.outbox import Item
from domain.people import Person
from views.deeds.logging import facts, form, returned, state
from views.deeds.parts import NAME, WORDS, back_row, button, excerpt, menu_row, names, when
from views.home import home_button
from views.screen import Attachment, Row, Screen, clipped, in_rows, press
from views.texts import Html, Texts, blocks, html, lines
from views.times import moment

BRIEF = 160  # characters of a deed's text in the thanks for it


def card(t: Texts, shown: Card, tz: tzinfo, *, onward: bool = False) -> Screen:
    """A deed as this person may deal with it. ``onward``: a press goes on to the next that waits.

    Its author gets the form back while it is a draft or was returned.
    """
    deed = shown.deed
    if shown.own and deed.state in {DeedState.DRAFT, DeedState.RETURNED}:
        return form(t, shown, tz)
    text = blocks(
        lines(
            t("deeds.card", state=state(t, deed), names=names(t, (one.name for one in deed.sharers))), _place(t, deed)
        ),
        html(clipped(deed.text, WORDS)),
        facts(t, deed, tz),
        lines(*(t(f"deeds.flag.{flag}") for flag in Flag if flag in shown.flags)),
        lines(*_signatures(t, deed, tz), returned(t, deed)),
        _consent(t, shown),
    )
    return Screen(text, tuple(_rows(t, shown, onward=onward)))


def _place(t: Texts, deed: Deed) -> Html:
    team = deed.unit.name if deed.unit.name != deed.station else ""
    return t("deeds.of_team", station=clipped(deed.station, 30), team=clipped(team, 20))


def _signatures(t: Texts, deed: Deed, tz: tzinfo) -> Iterable[Html]:
    for which, signature in (("first", deed.first), ("second", deed.second)):
        if signature is not None:
            at = moment(t, signature.at, tz)
            yield t(f"deeds.signed.{which}", name=clipped(signature.name, NAME), when=at)


def _consent(t: Texts, shown: Card) -> Html:
    """What somebody who took part has said about the honour roll."""
    mine = [one for one in shown.deed.sharers if one.person_id == shown.caller.id]
    if shown.deed.state is not DeedState.CONFIRMED or not mine:
        return Html("")
    agreed = mine[0].agreed
    return t("deeds.consent_asked" if agreed is None else "deeds.consent_yes" if agreed else "deeds.consent_no")


def _rows(t: Texts, shown: Card, *, onward: bool) -> Iterable[Row]:
    deed = shown.deed
    if shown.may_sign:
        yield (
            button(t.plain("deeds.sign"), "sign", deed.id, deed.edits, int(onward), style="success"),
            button(t.plain("deeds.return"), "back", deed.id, deed.edits),
        )
    yield from _looking(t, shown)
    if shown.own and deed.state in {DeedState.SUBMITTED, DeedState.VOUCHED}:
        yield (button(t.plain("deeds.edit"), "edit", deed.id), button(t.plain("deeds.withdraw"), "drop", deed.id))
    if deed.state is DeedState.CONFIRMED and shown.caller.id in deed.people:
        yield (
            button(t.plain("deeds.agree"), "agree", deed.id, 1, style="primary"),
            button(t.plain("deeds.disagree"), "agree", deed.id, 0),
        )
    if shown.scorable:
        yield (press(t.plain("deeds.score"), "scores", "deed", deed.id),)
    if shown.left:
        yield (button(t.plain("deeds.to_next", count=shown.left), "next", deed.id),)
    yield menu_row(t)


def _looking(t: Texts, shown: Card) -> Iterable[Row]:
    deed = shown.deed
    photos = button(t.plain("deeds.see_photos", count=len(deed.photos)), "photo", deed.id, 0)
    tags = button(t.plain("deeds.set.tags"), "tags", deed.id)
    row = (*((photos,) if deed.photos else ()), *((tags,) if shown.may_sign else ()))
    if row:
        yield row


def photo(t: Texts, deed: Deed, shown: Photo, number: int) -> Screen:
    """One picture, sent again."""
    more = number + 1 < len(deed.photos)
    rest = (
        button(t.plain("deeds.next_photo", number=number + 2, count=len(deed.photos)), "photo", deed.id, number + 1),
    )
    text = t("deeds.photo_of", number=number + 1, count=len(deed.photos), text=excerpt(t, deed))
    rows = (*((rest,) if more else ()), back_row(t, deed))
    return Screen(text, rows, attachment=Attachment(shown.kind, shown.file_id))


# returning -------------------------------------------------------------------------------------------------------


def reasons(t: Texts, shown: Card) -> Screen:
    """Why it is returned."""
    deed = shown.deed
    offered = (reason for reason in ReturnReason if reason is not ReturnReason.OTHER)
    rows = in_rows(
        (button(t.plain(f"deeds.reason.{one}"), "give_back", deed.id, deed.edits, one.value) for one in offered), 1
    )
    other = (button(t.plain("deeds.other_reason"), "why", deed.id, deed.edits),)
    text = blocks(t("deeds.head", text=excerpt(t, deed)), t("deeds.choose_reason"))
    return Screen(text, (*rows, other, back_row(t, deed)))


def ask_reason(t: Texts, deed: Deed) -> Screen:
    """The reason, in words."""
    return Screen(blocks(t("deeds.head", text=excerpt(t, deed)), t("deeds.ask_reason")), (back_row(t, deed),))


# together --------------------------------------------------------------------------------------------------------


def waiting(t: Texts, shown: Card, tz: tzinfo) -> Screen:
    """What has waited longest, with a way to confirm the clean ones together."""
    screen = card(t, shown, tz, onward=True)
    together = ((button(t.plain("deeds.to_batch"), "batch"),),) if shown.left else ()
    return Screen(screen.text, (*screen.rows[:-1], *together, screen.rows[-1]))


def nothing_waits(t: Texts) -> Screen:
    """All is signed."""
    return Screen(t("deeds.nothing_waits"), (menu_row(t),))


def batch(t: Texts, shown: Batch, tz: tzinfo) -> Screen:
    """The clean ones, each in two lines that show it whole, and one button for all."""
    if not shown.deeds:
        return Screen(
            t("deeds.batch_none", count=shown.flagged) if shown.flagged else t("deeds.nothing_waits"),
            _flagged(t, shown),
        )
    listed = [_batch_line(t, number, deed, tz) for number, deed in enumerate(shown.deeds, start=1)]
    text = blocks(
        t("deeds.batch", count=len(shown.deeds)),
        lines(*listed),
        t("deeds.batch_flagged", count=shown.flagged) if shown.flagged else "",
    )
    sign = button(t.plain("deeds.sign_all", count=len(shown.deeds)), "sign_all", shown.mark, style="success")
    return Screen(text, ((sign,), *_flagged(t, shown)))


def _flagged(t: Texts, shown: Batch) -> tuple[Row, ...]:
    one_by_one = ((button(t.plain("deeds.one_by_one"), "next", 0),),) if shown.deeds or shown.flagged else ()
    return (*one_by_one, menu_row(t))


def _batch_line(t: Texts, number: int, deed: Deed, tz: tzinfo) -> Html:
    who = names(t, (one.name for one in deed.sharers[:LISTED_PEOPLE]))
    text = html(clipped(" ".join(deed.text.split()), LISTED_WORDS))
    return t(
        "deeds.batch_line",
        number=number,
        names=who,
        kind=t(f"deeds.kind.{deed.kind}"),
        when=when(t, deed, tz),
        text=text,
    )


# what is said first ------------------------------------------------------------------------------------------------


def asked(t: Texts, _person: Person, shown: Card, _item: Item, _now: int, tz: tzinfo) -> Screen:
    """A signature is asked for."""
    return card(t, shown, tz)


def asked_line(t: Texts, _person: Person, shown: Card, _item: Item, _now: int, _tz: tzinfo) -> Html:
    """The same in the day's bundle."""
    return t("deeds.asked_line", name=clipped(shown.deed.sharers[0].name, NAME), text=excerpt(t, shown.deed))


def returned_letter(t: Texts, _person: Person, shown: Card, _item: Item, _now: int, _tz: tzinfo) -> Screen:
    """It was returned: why, and the one tap that mends it."""
    deed = shown.deed
    text = blocks(t("deeds.returned_title"), t("deeds.head", text=excerpt(t, deed)), returned(t, deed))
    return Screen(text, (*_fix(t, deed), (button(t.plain("deeds.see"), "open", deed.id), home_button(t))))


def _fix(t: Texts, deed: Deed) -> tuple[Row, ...]:
    reason = deed.returned.reason if deed.returned else ReturnReason.OTHER
    match reason:
        case ReturnReason.TIME:
            return ((button(t.plain("deeds.fix.time"), "time", deed.id, style="primary"),),)
        case ReturnReason.PEOPLE:
            return ((button(t.plain("deeds.fix.people"), "people", deed.id, 0, style="primary"),),)
        case ReturnReason.UNCLEAR | ReturnReason.OTHER:
            return ((button(t.plain("deeds.fix.text"), "text", deed.id, style="primary"),),)
        case ReturnReason.PHOTO:
            return ((button(t.plain("deeds.fix.photo"), "unphoto", deed.id, style="primary"),),)
        case ReturnReason.UNTRUE:
            return ((button(t.plain("deeds.withdraw"), "drop", deed.id),),)


def returned_line(t: Texts, _person: Person, shown: Card, _item: Item, _now: int, _tz: tzinfo) -> Html:
    """The same in the day's bundle."""
    return t("deeds.returned_line", text=excerpt(t, shown.deed))


def thanks(t: Texts, person: Person, shown: Card, _item: Item, _now: int, _tz: tzinfo) -> Screen:
    """Thanks by name and reason; on the honour roll only who agrees."""
    deed = shown.deed
    text = blocks(
        t("deeds.thanks", name=clipped(person.name, NAME)),
        t("deeds.thanks_for", kind=t(f"deeds.kind.{deed.kind}"), text=clipped(" ".join(deed.text.split()), BRIEF)),
        _consent(t, shown),
    )
    agree = button(t.plain("deeds.agree"), "agree", deed.id, 1, style="primary")
    return Screen(text, ((agree, button(t.plain("deeds.disagree"), "agree", deed.id, 0)), menu_row(t)))


def thanks_line(t: Texts, _person: Person, shown: Card, _item: Item, _now: int, _tz: tzinfo) -> Html:
    """The same in the day's bundle."""
    return t("deeds.thanks_line", text=excerpt(t, shown.deed))
