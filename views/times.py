"""Days and times as the office reads them. Converts stored milliseconds; asks no clock."""

from datetime import date, tzinfo

from domain.clock import local, local_date
from domain.training import Session
from views.texts import Html, Texts


def day(t: Texts, shown: date) -> Html:
    """11月25日（周三）."""
    month, weekday = t(f"month.{shown.month}"), t(f"weekday.{shown.isoweekday()}")
    return t("time.day", month=month, day=shown.day, weekday=weekday)


def moment(t: Texts, at: int, tz: tzinfo) -> Html:
    """11月25日（周三）09:00. ``at``: ms UTC."""
    return t("time.moment", day=day(t, local_date(at, tz)), time=f"{local(at, tz):%H:%M}")


def when(t: Texts, session: Session, tz: tzinfo) -> Html:
    """11月25日（周三）09:00–16:30, or 待定."""
    return span(t, session.starts_at, session.ends_at, tz)


def span(t: Texts, starts_at: int | None, ends_at: int | None, tz: tzinfo) -> Html:
    """The same of two moments (ms UTC)."""
    if starts_at is None:
        return t("time.unknown")
    start = moment(t, starts_at, tz)
    if ends_at is None:
        return start
    same_day = local_date(starts_at, tz) == local_date(ends_at, tz)
    end = f"{local(ends_at, tz):%H:%M}" if same_day else moment(t, ends_at, tz)
    return t("time.span", start=start, end=end)


def in_days(t: Texts, shown: date, today: date) -> Html:
    """今天, 明天, 3天后; the day itself when it is past."""
    days = (shown - today).days
    if days < 0:
        return day(t, shown)
    return t("time.today") if days == 0 else t("time.tomorrow") if days == 1 else t("time.in_days", days=days)
