"""What a writer sees: what to send, whom it goes to, the preview with its switches, templates."""

from collections.abc import Sequence
from datetime import tzinfo

from domain.notices import REASON_ROOM, Arrival, Choice, Choosing, Notice, Preview, State, Template
from domain.people import Person, Role, UnitKind
from views.home import home_button
from views.notices.parts import attachment, back, button, content, head, line, name, plain_line, unit_name
from views.screen import BUTTON_LIMIT, Row, Rows, Screen, clipped, in_rows
from views.texts import Html, Texts, blocks, html, lines
from views.times import moment

NAMES = 10
ANY = "any"
ROLES = (Role.COLLECTOR, Role.TEAM_LEADER, Role.STATION_HEAD)


# asking ----------------------------------------------------------------------------------------------------------


def ask_message(t: Texts) -> Screen:
    """[写通知]: send it."""
    templates = (button(t.plain("notice.templates"), "templates"),)
    return Screen(t("notice.ask_message"), (templates, back(t, "list")))


def ask_reason(t: Texts, notice: Notice) -> Screen:
    """[紧急]: why."""
    text = blocks(t("notice.ask_reason", limit=REASON_ROOM), line(t, notice))
    return Screen(text, (_to_preview(t, notice),))


def ask_time(t: Texts, notice: Notice) -> Screen:
    """[定时]: when."""
    return Screen(blocks(t("notice.ask_time"), line(t, notice)), (_to_preview(t, notice),))


def ask_return(t: Texts, notice: Notice, asked: int) -> Screen:
    """[退回]: why."""
    text = blocks(t("notice.ask_return", limit=REASON_ROOM), line(t, notice))
    return Screen(text, (back(t, "approval", notice.id, asked),))


def ask_correction(t: Texts, notice: Notice) -> Screen:
    """[更正]: the new text."""
    kept = t("notice.keeps_attachment") if notice.attached else ""
    again = t("notice.correction_asks_again") if notice.needs_confirm else ""
    text = blocks(t("notice.ask_correction"), lines(kept, again), content(t, notice.text, notice))
    return Screen(text, (back(t, "card", notice.id),))


def _to_preview(t: Texts, notice: Notice) -> Row:
    return (button(t.plain("notice.to_preview"), "preview", notice.id), home_button(t))


# audience --------------------------------------------------------------------------------------------------------


def choosing(t: Texts, choosing: Choosing) -> Screen:
    """发给谁？"""
    notice = choosing.notice
    only = t("notice.only_unheard", text=line(t, choosing.unheard_of)) if choosing.unheard_of else ""
    text = blocks(t("notice.to_whom"), lines(line(t, notice), only))
    whole = button(_whole(t, choosing.here), "pick", notice.id, choosing.here.unit.id, style="primary")
    units = tuple(_unit_row(t, notice, choice) for choice in choosing.below)[: BUTTON_LIMIT // 3]
    return Screen(text, ((whole,), *units, *_filters(t, choosing), *_more(t, choosing), _leave(t, choosing)))


def _whole(t: Texts, choice: Choice) -> str:
    if choice.unit.kind is UnitKind.TOLL_OFFICE or choice.unit.kind is UnitKind.BUREAU:
        return t.plain("notice.whole_office", count=choice.count)
    key = "notice.whole_team" if choice.unit.kind is UnitKind.TEAM else "notice.whole_station"
    return t.plain(key, count=choice.count)


def _unit_row(t: Texts, notice: Notice, choice: Choice) -> Row:
    label = t.plain("notice.unit", unit=choice.unit.name, count=choice.count)
    pick = button(label, "pick", notice.id, choice.unit.id)
    below = button(t.plain("notice.teams"), "to", notice.id, choice.unit.id)
    return (pick, below) if choice.below else (pick,)


def _filters(t: Texts, choosing: Choosing) -> Rows:
    """Roles where there are several, and batches."""
    audience, here = choosing.notice.audience, choosing.here.unit.id
    roles: tuple[Role | None, ...] = (None, *ROLES) if choosing.below else ()
    batch, role = audience.batch or 0, audience.role or ANY

    def narrow(text: str, to_role: str, to_batch: int) -> tuple[str, str, int]:
        chosen = to_role == role and to_batch == batch
        return (f"✓{text}" if chosen else text, to_role, to_batch)

    by_role = [narrow(t.plain(f"role.{one}" if one else "notice.any_role"), one or ANY, batch) for one in roles]
    by_batch = [narrow(t.plain(f"batch.{n}" if n else "notice.any_batch"), role, n) for n in (0, 1, 2)]
    return tuple(
        tuple(button(text, "narrow", choosing.notice.id, here, to_role, to_batch) for text, to_role, to_batch in row)
        for row in (by_role, by_batch)
        if row
    )


def _more(t: Texts, choosing: Choosing) -> Rows:
    notice = choosing.notice
    if choosing.unheard_of is not None:
        return ((button(t.plain("notice.not_only_unheard"), "after", notice.id, 0),),)
    return ((button(t.plain("notice.to_unheard"), "unheard", notice.id),),)


def _leave(t: Texts, choosing: Choosing) -> Row:
    notice = choosing.notice
    drop = button(t.plain("notice.drop"), "drop", notice.id)
    if choosing.up is not None:
        return (button(t.plain("button.back"), "to", notice.id, choosing.up), drop)
    return (_to_preview(t, notice)[0], drop) if notice.audience.unit_id is not None else (drop, home_button(t))


def unheard(t: Texts, notice_id: int, found: Sequence[tuple[Notice, int]], tz: tzinfo) -> Screen:
    """Earlier notices that some have not confirmed."""
    text = t("notice.pick_unheard") if found else t("notice.no_unheard")
    rows = in_rows(
        (
            button(t.plain("notice.unheard", count=count, text=plain_line(t, notice)), "after", notice_id, notice.id)
            for notice, count in found
        ),
        1,
    )
    return Screen(text, (*rows, back(t, "to", notice_id, 0)))


# preview ---------------------------------------------------------------------------------------------------------


def preview(t: Texts, preview: Preview, tz: tzinfo) -> Screen:
    """What goes to whom and when; nothing has left yet."""
    notice = preview.notice
    text = blocks(
        t("notice.preview"),
        lines(head(t, notice, tz), content(t, notice.text, notice)),
        lines(
            aim(t, preview),
            people(t, preview),
            t("notice.unjoined", count=preview.unjoined) if preview.unjoined else "",
            arrives(t, notice, preview.arrival, tz),
            t("notice.asks_confirmation") if notice.needs_confirm else t("notice.asks_none"),
        ),
        lines(
            t("notice.second_needed") if preview.second else "",
            t("notice.returned", reason=notice.returned) if notice.returned else "",
        ),
        t("notice.replace_hint"),
    )
    return Screen(text, _preview_rows(t, preview))


def _preview_rows(t: Texts, preview: Preview) -> Rows:
    notice = preview.notice
    key = "notice.submit" if preview.second else "notice.schedule" if notice.send_at else "notice.send"
    send = button(t.plain(key, count=len(preview.people)), "send", notice.id, notice.edits, style="success")
    ticked, empty = t.plain("notice.confirm_on"), t.plain("notice.confirm_off")
    confirm = button(ticked if notice.needs_confirm else empty, "confirm", notice.id, 1 - notice.needs_confirm)
    urgent = button(t.plain("notice.urgent_on" if notice.urgent else "notice.urgent_off"), *_urgent(notice))
    time = (
        (button(t.plain("notice.now"), "now", notice.id), button(t.plain("notice.other_time"), "time", notice.id))
        if notice.send_at
        else (button(t.plain("notice.later"), "time", notice.id),)
    )
    return (
        (send,),
        (confirm, urgent),
        (*time, button(t.plain("notice.other_people"), "to", notice.id, 0)),
        (button(t.plain("notice.full"), "full", notice.id), button(t.plain("notice.save_template"), "save", notice.id)),
        (button(t.plain("notice.drop"), "drop", notice.id), home_button(t)),
    )


def _urgent(notice: Notice) -> tuple[str, int]:
    return ("calm", notice.id) if notice.urgent else ("urgent", notice.id)


def aim(t: Texts, preview: Preview) -> Html:
    """对象：东山收费站 · 班长 · 第一期（12人）."""
    audience = preview.notice.audience
    parts = [
        unit_name(preview.unit, preview.station),
        t.plain(f"role.{audience.role}") if audience.role else "",
        t.plain(f"batch.{audience.batch}") if audience.batch else "",
    ]
    to = t("notice.aim", whom=" · ".join(part for part in parts if part), count=len(preview.people))
    only = t("notice.only_unheard", text=line(t, preview.unheard_of)) if preview.unheard_of else ""
    return lines(to, only)


def people(t: Texts, preview: Preview) -> Html:
    """The first names."""
    if not preview.people:
        return t("notice.nobody")
    names = Html(t.plain("notice.comma").join(html(name(one.name)) for one in preview.people[:NAMES]))
    more = len(preview.people) - NAMES
    return t("notice.names_and_more", names=names, count=more) if more > 0 else t("notice.names", names=names)


def arrives(t: Texts, notice: Notice, arrival: Arrival, tz: tzinfo) -> Html:
    """When it will be there; that it is held, and that some get it later."""
    if notice.send_at is None and not arrival.held:
        first = t("notice.arrives_now")
    elif arrival.held:
        first = t("notice.arrives_held", when=moment(t, arrival.first, tz))
    else:
        first = t("notice.arrives_at", when=moment(t, arrival.first, tz))
    later = t("notice.arrives_later", count=arrival.later, when=moment(t, arrival.last, tz)) if arrival.later else ""
    return lines(first, later)


def full(t: Texts, viewer: Person, notice: Notice, tz: tzinfo) -> Screen:
    """Exactly what receivers get, but for [收到]. A picture or a file comes as a message of its own."""
    ask = t("notice.please_confirm") if notice.needs_confirm else ""
    text = blocks(head(t, notice, tz), Html(notice.text), ask)
    return Screen(text, () if notice.attached else (_back_from(t, viewer, notice),), attachment=attachment(notice))


def _back_from(t: Texts, viewer: Person, notice: Notice) -> Row:
    if notice.state is State.DRAFT:
        return (_to_preview(t, notice)[0],)
    if notice.state is State.WAITING and viewer.id != notice.author.id:
        return back(t, "approval", notice.id, notice.asked)[:1]
    return back(t, "card", notice.id)[:1]


def dropped(t: Texts) -> Screen:
    """[放弃]."""
    return Screen(t("notice.dropped"), (back(t, "list"),))


# templates -------------------------------------------------------------------------------------------------------


def templates(t: Texts, found: Sequence[Template]) -> Screen:
    """The writer's own."""
    rows = in_rows((button(one.title, "template", one.id) for one in found), 2)
    return Screen(t("notice.pick_template") if found else t("notice.no_templates"), (*rows, back(t, "write", 0)))


def template(t: Texts, found: Template) -> Screen:
    """One of them, to use or to delete."""
    use = button(t.plain("notice.use_template"), "use", found.id, style="primary")
    remove = button(t.plain("notice.drop_template"), "untemplate", found.id, style="danger")
    return Screen(Html(found.text), ((use, remove), back(t, "templates")))


def template_saved(t: Texts, found: Template) -> str:
    """The line over the chat."""
    return t.plain("notice.template_saved", title=clipped(found.title, 40))
