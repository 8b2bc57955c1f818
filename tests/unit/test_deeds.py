"""Rules of good deeds: who signs, for whom it waits, what is flagged, who stands on the honour roll."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from domain.clock import DAY, HOUR, MINUTE, millis
from domain.deeds import (
    Conduct,
    Deed,
    DeedKind,
    DeedState,
    OwnDeed,
    Sharer,
    Signature,
    SignedAlready,
    WordsTooLong,
    honour,
    levels,
    may_log,
    may_read,
    may_sign,
    odd_time,
    require_signer,
    roll,
    station_path,
    waits_for,
    words,
)
from domain.errors import NotForRole, NotYours
from domain.people import Person, Role, UnitKind
from domain.quiet import Pattern
from tests.unit.test_views_samples import NOW, TZ, person, station, toll_office, unit

AUTHOR, SHARER, WITNESS = 7, 8, 9
TEAM = unit()
LEADER = person(20, Role.TEAM_LEADER, "班长")
OTHER_TEAM = person(21, Role.TEAM_LEADER, "别班", unit=unit(10, name="二班", path="1.2.4.10."))
HEAD = person(22, Role.STATION_HEAD, "站长", unit=station())
OTHER_HEAD = person(23, Role.STATION_HEAD, "别站", unit=unit(5, UnitKind.STATION, "城西收费站", "1.2.5."))
OFFICE = person(24, Role.OFFICE, "办公室", unit=toll_office())
OFFICE_TOO = person(25, Role.OFFICE, "办公室二", unit=toll_office())
BUREAU = person(26, Role.BUREAU, "局", unit=unit(1, UnitKind.BUREAU, "局", "1."))
COLLEAGUE = person(WITNESS, name="同事")
LEADERS = (LEADER, OTHER_TEAM, HEAD, OTHER_HEAD, OFFICE, OFFICE_TOO)


def deed(state: DeedState = DeedState.SUBMITTED, **fields: object) -> Deed:
    """Submitted an hour ago by a collector of 城东收费站一班 and a colleague."""
    values: dict[str, object] = {
        "id": 5,
        "sharers": (Sharer(AUTHOR, "张三"), Sharer(SHARER, "李四")),
        "unit": TEAM,
        "station": "城东收费站",
        "kind": DeedKind.AID,
        "happened_at": NOW - 2 * HOUR,
        "exact": True,
        "place": "3号车道",
        "text": "帮司机推车",
        "tags": frozenset({Conduct.WARM}),
        "witness": None,
        "photos": (),
        "edits": 0,
        "created_at": NOW - 2 * HOUR,
        "submitted_at": NOW - HOUR,
    }
    return Deed(state=state, **(values | fields))  # type: ignore[arg-type]


VOUCHED = deed(DeedState.VOUCHED, first=Signature(LEADER.id, LEADER.name, NOW - MINUTE))


# signing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [LEADER, HEAD, OFFICE])
def test_a_leader_of_the_unit_may_give_the_first_signature(who: Person) -> None:
    require_signer(who, deed())


@pytest.mark.parametrize("who", [HEAD, OFFICE])
def test_the_second_signature_is_a_heads_or_the_offices(who: Person) -> None:
    require_signer(who, VOUCHED)


@pytest.mark.parametrize("state", [DeedState.SUBMITTED, DeedState.VOUCHED])
@pytest.mark.parametrize("who", [OTHER_TEAM, OTHER_HEAD, BUREAU, COLLEAGUE])
def test_somebody_of_elsewhere_may_not_sign(who: Person, state: DeedState) -> None:
    with pytest.raises(NotYours):
        require_signer(who, replace(VOUCHED, state=state))


@pytest.mark.parametrize("role", list(Role))
def test_nobody_signs_where_they_took_part_whatever_they_are(role: Role) -> None:
    for id_ in (AUTHOR, SHARER):
        with pytest.raises(OwnDeed):
            require_signer(person(id_, role, unit=toll_office()), deed())


def test_a_named_witness_gives_the_first_signature_and_not_the_second() -> None:
    named = deed(witness=Sharer(WITNESS, "同事"))
    require_signer(COLLEAGUE, named)
    with pytest.raises(NotYours):
        require_signer(COLLEAGUE, replace(named, state=DeedState.VOUCHED, first=Signature(20, "班长", NOW)))


def test_whoever_signed_first_does_not_sign_again() -> None:
    first = replace(VOUCHED, first=Signature(HEAD.id, HEAD.name, NOW))
    with pytest.raises(SignedAlready):
        require_signer(HEAD, first)
    require_signer(OFFICE, first)


def test_a_team_leader_cannot_give_the_second_signature() -> None:
    witnessed = replace(VOUCHED, first=Signature(WITNESS, "同事", NOW))
    with pytest.raises(NotForRole):
        require_signer(LEADER, witnessed)


@pytest.mark.parametrize("state", [DeedState.DRAFT, DeedState.CONFIRMED, DeedState.RETURNED, DeedState.WITHDRAWN])
def test_nobody_signs_what_does_not_wait(state: DeedState) -> None:
    assert not may_sign(LEADER, deed(state))


def test_it_waits_for_the_team_leader_then_the_head_then_the_office() -> None:
    assert levels(deed(), LEADERS) == ((LEADER.id,), (HEAD.id,), (OFFICE.id, OFFICE_TOO.id))
    assert levels(VOUCHED, LEADERS) == ((HEAD.id,), (OFFICE.id, OFFICE_TOO.id))


def test_a_team_leaders_own_deed_waits_for_the_head_at_once() -> None:
    own = deed(sharers=(Sharer(LEADER.id, "班长"),))
    assert waits_for(own, LEADERS, NOW) == {HEAD.id}


def test_a_witness_is_asked_beside_the_team_leader() -> None:
    assert waits_for(deed(witness=Sharer(WITNESS, "同事")), LEADERS, NOW) == {LEADER.id, WITNESS}


def test_two_days_unanswered_it_climbs_one_level() -> None:
    old = deed(submitted_at=NOW - 2 * DAY - 1)
    assert waits_for(deed(submitted_at=NOW - 2 * DAY), LEADERS, NOW) == {LEADER.id}
    assert waits_for(old, LEADERS, NOW) == {LEADER.id, HEAD.id}
    waited = replace(VOUCHED, submitted_at=NOW - 9 * DAY)
    assert waits_for(waited, LEADERS, NOW) == {HEAD.id}  # it waits for the second signature since a minute only


def test_readers_are_who_took_part_the_witness_and_leaders_of_the_unit() -> None:
    seen = deed(witness=Sharer(WITNESS, "同事"))
    assert all(may_read(one, seen) for one in (person(AUTHOR), person(SHARER), COLLEAGUE, LEADER, HEAD, OFFICE))
    assert not any(may_read(one, seen) for one in (person(30), OTHER_TEAM, OTHER_HEAD, BUREAU))


def test_the_bureau_logs_no_deeds() -> None:
    assert [role for role in Role if not may_log(person(role=role))] == [Role.BUREAU]


# flags -----------------------------------------------------------------------------------------------------------


def at(hour: int, day: int = 24) -> int:
    return millis(datetime(2026, 11, day, hour, tzinfo=TZ))


@pytest.mark.parametrize(
    ("cycle", "hour", "odd"),
    [
        ("D", 10, False),
        ("D", 6, False),  # on the way to the shift
        ("D", 5, True),
        ("D", 21, False),  # on the way home
        ("D", 22, True),
        ("N", 3, False),  # of the night that began the day before
        ("N", 9, False),
        ("N", 12, True),
        ("N", 21, False),
        ("R", 10, True),
    ],
)
def test_a_time_off_shift_asks_for_a_look(cycle: str, hour: int, odd: bool) -> None:
    told = deed(happened_at=at(hour), submitted_at=at(hour) + HOUR)
    assert odd_time(told, Pattern(date(2026, 11, 1), cycle), NOW, TZ) is odd


def test_without_a_pattern_or_an_hour_no_time_is_odd() -> None:
    assert not odd_time(deed(happened_at=at(3)), None, NOW, TZ)
    day_alone = deed(happened_at=at(0), exact=False)
    assert not odd_time(day_alone, Pattern(date(2026, 11, 1), "R"), NOW, TZ)


def test_what_is_logged_a_week_after_asks_for_a_look() -> None:
    late = deed(happened_at=NOW - 8 * DAY, submitted_at=NOW)
    assert odd_time(late, None, NOW, TZ)
    assert odd_time(replace(late, submitted_at=None), None, NOW, TZ)
    assert not odd_time(replace(late, happened_at=NOW - 7 * DAY), None, NOW, TZ)


# the honour roll -------------------------------------------------------------------------------------------------


def confirmed(*agreed: bool | None, text: str = "帮司机推车", at: int = NOW) -> Deed:
    named = zip(("张三", "李四"), agreed, strict=False)
    sharers = tuple(Sharer(AUTHOR + n, name, said) for n, (name, said) in enumerate(named))
    return deed(DeedState.CONFIRMED, sharers=sharers, text=text, second=Signature(22, "站长", at))


def test_only_who_agreed_stands_on_the_honour_roll() -> None:
    line = honour(confirmed(True, False))
    assert line
    assert (line.names, line.text) == (("张三",), "帮司机推车")
    assert honour(confirmed(False, None)) is None


def test_a_reason_that_names_somebody_who_did_not_agree_is_left_out() -> None:
    line = honour(confirmed(True, None, text="我和李四一起推车"))
    assert line
    assert line.text == ""


def test_what_is_not_confirmed_is_not_on_the_roll() -> None:
    assert honour(replace(confirmed(True), state=DeedState.VOUCHED)) is None


def test_the_roll_is_in_the_order_of_confirmation() -> None:
    late, early = confirmed(True, at=NOW), confirmed(True, True, at=NOW - DAY)
    assert [line.at for line in roll([late, early, confirmed(None)])] == [NOW - DAY, NOW]


# words -----------------------------------------------------------------------------------------------------------


def test_words_lose_blank_lines_and_runs_of_spaces() -> None:
    assert words("  帮司机   推车 \n\n 到应急车道\n") == "帮司机 推车\n到应急车道"


def test_words_beyond_the_limit_are_refused() -> None:
    assert len(words("好" * 1000)) == 1000
    with pytest.raises(WordsTooLong):
        words("好" * 1001)


def test_a_team_stands_under_its_station_and_a_station_under_itself() -> None:
    assert station_path(TEAM) == "1.2.4."
    assert station_path(station()) == "1.2.4."
    assert station_path(toll_office()) == "1.2."
