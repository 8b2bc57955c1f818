"""The first screen, help, the command menus, and the way back that every screen has. Decides nothing about people."""

from datetime import tzinfo

from domain.clock import local_date
from domain.home import Home
from domain.people import Person, Role
from views.screen import Button, Row, Rows, Screen, press
from views.texts import Html, Texts, blocks, html, lines
from views.times import in_days, when

WITH_PEOPLE = frozenset({Role.TEAM_LEADER, Role.STATION_HEAD, Role.OFFICE, Role.BUREAU})
WITH_PRACTICE = frozenset(set(Role) - {Role.BUREAU})


def home_button(t: Texts) -> Button:
    """[首页]."""
    return press(t.plain("button.home"), "home", "show")


def nav(t: Texts) -> Row:
    """The row that leads back to the first screen."""
    return (home_button(t),)


def main_rows(t: Texts, role: Role) -> Rows:
    """The doors of the first screen, by role."""
    training = press(t.plain("button.training"), "training", "list")
    practice = press(t.plain("button.practice"), "practice", "menu")
    me = press(t.plain("button.me"), "people", "me")
    people = press(t.plain("button.people"), "people", "units", 0)
    notice = press(t.plain("button.notice"), "notice", "list")
    plan = press(t.plain("button.plan"), "plan", "show")
    deeds = press(t.plain("button.deeds"), "deeds", "show")
    scores = press(t.plain("button.scores"), "scores", "show")
    if role is Role.BUREAU:
        return ((training, plan), (deeds, scores), (people, me))
    return ((training, practice), (plan, notice), (deeds, scores), (people, me) if role in WITH_PEOPLE else (me,))


def home(t: Texts, home: Home, now: int, tz: tzinfo) -> Screen:
    """Greeting, what waits, next session, phase, own tasks; what waits for a tap comes first among the buttons."""
    text = blocks(
        t("home.greeting", name=home.person.name),
        t("home.notices", count=home.notices) if home.notices else "",
        _next(t, home, now, tz),
        _phase(t, home),
        _tasks(t, home),
    )
    return Screen(text, (*_waiting(t, home), *main_rows(t, home.person.role)))


def _next(t: Texts, home: Home, now: int, tz: tzinfo) -> Html:
    session = home.session
    if session is None or session.starts_at is None:
        return t("home.no_session")
    days = in_days(t, local_date(session.starts_at, tz), local_date(now, tz))
    return lines(
        t("home.next_session", days=days),
        t("home.session", course=course_name(t, session.course.code, session.course.title)),
        t("home.when", when=when(t, session, tz)),
        t("home.venue", venue=session.venue or t("time.unknown")),
    )


def course_name(t: Texts, code: str, title: str) -> Html:
    """The course as the office calls it; readers of English get the catalogue's name."""
    return t(f"course.{code}") if t.locale.value == "en" else html(title)


def _phase(t: Texts, home: Home) -> str:
    if home.phase is None:
        return ""
    running = t("home.phase", number=home.phase.number, title=home.phase.title)
    if home.days_left is None:
        return running
    left = t("home.days_left", days=home.days_left) if home.days_left > 0 else t("home.last_day")
    return lines(running, left)


def _tasks(t: Texts, home: Home) -> str:
    if not home.tasks:
        return ""
    overdue = t("home.tasks_overdue", count=home.overdue) if home.overdue else ""
    return t("home.tasks", count=home.tasks, overdue=overdue)


def _waiting(t: Texts, home: Home) -> Rows:
    rows = []
    if home.deeds:
        rows.append((press(t.plain("home.deeds", count=home.deeds), "deeds", "next", 0, style="primary"),))
    if home.scores:
        rows.append((press(t.plain("home.scores", count=home.scores), "scores", "next", 0, style="primary"),))
    if home.awards:
        rows.append((press(t.plain("home.awards", count=home.awards), "awards", "next", 0, style="primary"),))
    run = home.open_run
    if run is not None and home.person.role in WITH_PRACTICE:
        text = t.plain("home.resume", answered=run.answered, size=run.size)
        rows.append((press(text, "practice", "resume", run.id, style="primary"),))
    return tuple(rows)


def hint(t: Texts, rows: Rows | None = None) -> Screen:
    """For text where a button is awaited."""
    return Screen(t("home.hint"), (nav(t),) if rows is None else rows)


def help(t: Texts, person: Person) -> Screen:  # noqa: A001 - the screen of /help
    """What this person can do here."""
    return Screen(blocks(t("help.title"), t(f"help.{person.role}"), t("help.foot")), main_rows(t, person.role))


def commands(t: Texts, role: Role) -> tuple[tuple[str, str], ...]:
    """The entries behind the menu button: (name, description)."""
    names = ["home", "training", "practice", "plan", "notice", "deed", "score", "help"]
    if role not in WITH_PRACTICE:
        names = ["home", "training", "plan", "deed", "score", "people", "help"]
    return tuple((name, t.plain(f"command.{name}")) for name in names)


def strangers_commands(t: Texts) -> tuple[tuple[str, str], ...]:
    """The same before joining."""
    return (("start", t.plain("command.start")),)
