"""Joining, one's own record, and people as leaders, the office and the bureau may see them.

What may be seen is decided elsewhere; this only leaves out what a role has no use for. A stranger learns nothing.
"""

import io
from datetime import tzinfo

import segno

from domain.people import IssuedInvitation, Locale, Person, Role, Unit, UnitCount, UnitKind
from views.home import home_button, main_rows, nav
from views.screen import BUTTON_LIMIT, File, Row, Rows, Screen, clipped, fitting, in_rows, press
from views.sheet import invitation_cards
from views.texts import Html, Texts, blocks, lines
from views.times import moment

NAME_LIMIT = 60
SMALL_UNIT = 5  # below it the bureau reads no breakdown
QR_SCALE = 10  # pixels a module: the smallest link gives well over 300

# joining ---------------------------------------------------------------------------------------------------------


def stranger(t: Texts) -> Screen:
    """All that a stranger is told."""
    return Screen(t("people.stranger"))


def ask_join(t: Texts, person: Person, invitation_id: int) -> Screen:
    """您是 … 张三？"""
    yes = press(t.plain("people.its_me"), "people", "join", invitation_id, style="success")
    no = press(t.plain("people.not_me"), "people", "decline", invitation_id)
    return Screen(t("people.ask_join", unit=place(person), name=_short(person.name)), ((yes, no),))


def declined(t: Texts) -> Screen:
    """After [不是我]."""
    return Screen(t("people.declined"))


def joined(t: Texts, person: Person) -> Screen:
    """Welcome, and the doors of the role."""
    values = {"name": _short(person.name), "unit": place(person), "role": t(f"role.{person.role}")}
    return Screen(t("people.joined", **values), main_rows(t, person.role))


def already_joined(t: Texts, person: Person) -> Screen:
    """/start by somebody who joined long ago."""
    return Screen(t("people.already_joined", name=_short(person.name)), main_rows(t, person.role))


def reinvited(t: Texts) -> Screen:
    """For the old phone when another one took over."""
    return Screen(t("people.reinvited"))


def place(person: Person) -> str:
    """城东收费站一班: station and team, or the unit alone."""
    station = person.station if person.station and person.station != person.unit.name else ""
    space = " " if station[-1:].isascii() and station else ""
    return clipped(f"{station}{space}{person.unit.name}", 2 * NAME_LIMIT)


def _short(name: str) -> str:
    return clipped(name, NAME_LIMIT)


# one's own -------------------------------------------------------------------------------------------------------


def me(t: Texts, person: Person, answered: int, runs: int) -> Screen:
    """The own record."""
    practice = t("people.practice", answered=answered, runs=runs) if person.role is not Role.BUREAU else ""
    text = blocks(t("people.me_title"), lines(*_facts(t, person), practice))
    languages = press(t.plain("people.language"), "people", "languages")
    export = press(t.plain("people.export"), "people", "export")
    unbind = press(t.plain("people.unbind"), "people", "unbind")
    mutes = press(t.plain("reminders.mutes_door"), "reminders", "mutes")
    return Screen(text, ((mutes, languages), (export, unbind), nav(t)))


def _facts(t: Texts, person: Person) -> list[Html]:
    facts = [
        t("people.name", name=_short(person.name)),
        t("people.staff_no", staff_no=_short(person.staff_no)),
        t("people.unit", unit=place(person)),
        t("people.role", role=t(f"role.{person.role}")),
    ]
    if person.role is not Role.BUREAU and person.role is not Role.OFFICE:
        batch = t("people.no_batch") if person.batch is None else t(f"batch.{person.batch}")
        facts.append(t("people.batch", batch=batch))
    return facts


def languages(t: Texts) -> Screen:
    """Each language under its own name."""
    rows = tuple((press(t.plain(f"language.{locale}"), "people", "locale", locale),) for locale in Locale)
    return Screen(t("people.languages"), (*rows, _back(t, "me")))


def unbind_confirm(t: Texts) -> Screen:
    """[解除绑定] asks first."""
    yes = press(t.plain("people.unbind_yes"), "people", "unbound", "yes", style="danger")
    return Screen(t("people.unbind_confirm"), ((yes,), _back(t, "me")))


def unbound(t: Texts) -> Screen:
    """The phone speaks for nobody any more."""
    return Screen(t("people.unbound"))


def export_file(t: Texts, person: Person, body: bytes) -> Screen:
    """Everything the bot keeps about the person, as JSON."""
    return Screen(t("people.exported"), (nav(t),), file=File(f"tollmate-{_file_part(person.staff_no)}.json", body))


def _file_part(text: str) -> str:
    return "".join(char if char.isalnum() or char in "-_" else "_" for char in text)[:60]


def _back(t: Texts, verb: str, *fields: int) -> Row:
    return (press(t.plain("button.back"), "people", verb, *fields), home_button(t))


# units -----------------------------------------------------------------------------------------------------------


def units(
    t: Texts, caller: Person, here: Unit, counts: tuple[UnitCount, ...], people: tuple[Person, ...] = ()
) -> Screen:
    """Counts of a unit and its children; ``people`` are those who sit on the unit itself, where names may be read."""
    below = [count for count in counts if count.unit.id != here.id]
    own = [count for count in counts if count.unit.id == here.id]
    shown, left_out = fitting([_count_line(t, caller, count) for count in below], 2000)
    names, more = fitting([_name_line(t, person) for person in people], 800)
    text = blocks(
        t("people.unit_title", unit=_short(here.name)),
        lines(*(_count_line(t, caller, count) for count in own)),
        lines(*shown, t("list.more", count=left_out) if left_out else ""),
        lines(*names, t("list.more", count=more) if more else ""),
    )
    children = in_rows((press(count.unit.name, "people", "units", count.unit.id) for count in below), 2)
    cards = _cards(caller, people, BUTTON_LIMIT - min(len(below), BUTTON_LIMIT))
    return Screen(text, (*children, *cards, *_office_rows(t, caller, here), _up(t, caller, here)))


def _count_line(t: Texts, caller: Person, count: UnitCount) -> Html:
    values = {"unit": _short(count.unit.name), "people": count.people, "joined": count.joined}
    hidden = caller.role is Role.BUREAU and count.people < SMALL_UNIT
    return t("people.count_small", **values) if hidden else t("people.count", **values)


def team(t: Texts, caller: Person, unit: Unit, people: tuple[Person, ...]) -> Screen:
    """A team's names; for the office each one opens a card. The bureau reads counts only."""
    if caller.role is Role.BUREAU:
        return units(t, caller, unit, (UnitCount(unit, len(people), sum(person.joined for person in people)),))
    names, more = fitting([_name_line(t, person) for person in people])
    count = UnitCount(unit, len(people), sum(person.joined for person in people))
    text = blocks(
        t("people.unit_title", unit=_short(unit.name)),
        _count_line(t, caller, count),
        lines(*names, t("list.more", count=more) if more else ""),
        t("people.legend") if people else "",
    )
    rows = (*_cards(caller, people, BUTTON_LIMIT), *_office_rows(t, caller, unit), _up(t, caller, unit))
    return Screen(text, rows)


def _name_line(t: Texts, person: Person) -> Html:
    return t("people.name_line", mark=_mark(person), name=_short(person.name), role=t(f"role.{person.role}"))


def _mark(person: Person) -> str:
    return "✓" if person.joined else "○"


def _cards(caller: Person, people: tuple[Person, ...], limit: int) -> Rows:
    if caller.role is not Role.OFFICE:
        return ()
    return in_rows((press(f"{_mark(p)} {p.name}", "people", "card", p.id) for p in people[:limit]), 3)


def _office_rows(t: Texts, caller: Person, here: Unit) -> Rows:
    shifts = press(t.plain("reminders.shifts_door"), "reminders", "teams")
    if caller.role is Role.STATION_HEAD and here.id == caller.unit.id:
        return ((shifts,),)
    if caller.role is not Role.OFFICE:
        return ()
    if here.kind is UnitKind.TOLL_OFFICE:
        files = (
            press(t.plain("people.import"), "roster", "help"),
            press(t.plain("people.template"), "roster", "template"),
        )
        return (files, (shifts, press(t.plain("reminders.calendar_door"), "reminders", "calendar")))
    if here.kind in (UnitKind.STATION, UnitKind.BRANCH):
        return ((press(t.plain("people.sheet"), "people", "sheet", here.id),),)
    return ()


def _up(t: Texts, caller: Person, here: Unit) -> Row:
    """Back to the parent while that lies in the caller's part of the tree."""
    if here.parent_id is None or here.id == caller.unit.id or not caller.unit.holds(here):
        return nav(t)
    return _back(t, "units", here.parent_id)


# one person, for the office --------------------------------------------------------------------------------------


def card(t: Texts, person: Person, bound: bool) -> Screen:
    """One person: facts, whether they joined, and what the office can do."""
    state = t("people.is_bound") if bound else t("people.is_not_bound")
    invite = press(t.plain("people.invite"), "people", "invite", person.id)
    leave = press(t.plain("people.leave"), "people", "leave", person.id, style="danger")
    return Screen(lines(*_facts(t, person), state), ((invite, leave), _back(t, "units", person.unit.id)))


def leave_confirm(t: Texts, person: Person) -> Screen:
    """[办理离岗] asks first."""
    yes = press(t.plain("people.leave_yes"), "people", "leaving", person.id, style="danger")
    text = t("people.leave_confirm", unit=place(person), name=_short(person.name))
    return Screen(text, ((yes,), _back(t, "card", person.id)))


def left(t: Texts, person: Person) -> Screen:
    """The person has left the office."""
    return Screen(t("people.left", name=_short(person.name)), (_back(t, "units", person.unit.id),))


def invitation(t: Texts, issued: IssuedInvitation, username: str, tz: tzinfo) -> Screen:
    """One invitation: the link, until when, and its QR code as a picture."""
    link = issued.link(username)
    text = t(
        "people.invitation",
        unit=place(issued.person),
        name=_short(issued.person.name),
        link=link,
        until=moment(t, issued.expires_at, tz),
    )
    return Screen(text, (_back(t, "card", issued.person.id),), photo=_qr_png(link))


def _qr_png(link: str) -> bytes:
    picture = io.BytesIO()
    segno.make(link, error="m", micro=False).save(picture, kind="png", scale=QR_SCALE, border=4)
    return picture.getvalue()


def sheet_confirm(t: Texts, unit: Unit, people: tuple[Person, ...]) -> Screen:
    """[邀请单] asks first: older unused invitations of these people end."""
    if not people:
        return _nobody(t, unit)
    yes = press(t.plain("people.sheet_yes"), "people", "sheets", unit.id, style="primary")
    text = t("people.sheet_confirm", unit=_short(unit.name), count=len(people))
    return Screen(text, ((yes,), _back(t, "units", unit.id)))


def sheet(t: Texts, unit: Unit, issued: tuple[IssuedInvitation, ...], username: str, tz: tzinfo) -> Screen:
    """The printable sheet: one card with a QR code a person."""
    if not issued:
        return _nobody(t, unit)
    text = t("people.sheet_done", unit=_short(unit.name), count=len(issued))
    name = t.plain("people.sheet_file", unit=_file_part(unit.name))
    pdf = invitation_cards(t, issued, username, tz)
    return Screen(text, (_back(t, "units", unit.id),), file=File(name, pdf))


def _nobody(t: Texts, unit: Unit) -> Screen:
    return Screen(t("people.nobody_to_invite", unit=_short(unit.name)), (_back(t, "units", unit.id),))
