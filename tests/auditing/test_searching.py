"""The auditor finds who did what to which case, when and from where, and learns nothing of what it is about."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from engine.auditing.searching import Sought, TrailLine, trail
from engine.auditing.titles import Titles
from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from engine.foundation.errors import NotAllowed
from engine.people import sign_in
from engine.people.sign_in import Place
from models import AuditEvent, User, db
from tests.support.cast import PASSWORD, Cast, join
from tests.support.journey import Journey

HERE = Place("192.0.2.17", "a browser")


@pytest.fixture
def journeys(cast: Cast, clock_at: Callable[[dt.datetime], None]) -> tuple[Journey, Journey]:
    """Two suggestions; the assigner was signed in when he assigned the second, a week later."""
    first = Journey(cast).draft().submit().accept()
    clock_at(dt.datetime(2026, 2, 12, 10, 0))
    second = Journey(cast).draft(title="关于修缮渡口的建议").submit().accept()
    sign_in.sign_in("assigner@14", PASSWORD, HERE)
    clock_at(dt.datetime(2026, 2, 12, 10, 5))
    second.assign()
    return first, second


def actions(lines: list[TrailLine]) -> set[str]:
    return {line.action for line in lines}


def test_events_are_found_by_case_person_happening_day_and_address(
    auditor: Actor, journeys: tuple[Journey, Journey]
) -> None:
    first, second = journeys
    everything = trail(auditor, limit=1000)
    assert len(everything) == db.session.scalar(sa.select(sa.func.count()).select_from(AuditEvent))
    assert [line.id for line in everything] == sorted((line.id for line in everything), reverse=True)

    number = second.case.number or ""
    of_second = trail(auditor, Sought(case=number))
    assert {line.chain for line in of_second} == {f"case:{second.case_id}"}
    assert {line.number for line in of_second} == {number}
    assert of_second == trail(auditor, Sought(case=f"case:{second.case_id}"))
    assert {line.chain for line in trail(auditor, Sought(case="congress"))} == {
        f"congress:{auditor.congress_id}"
    }

    assert {line.who for line in trail(auditor, Sought(who="交办员"))} == {"交办员"}
    assert {line.who for line in trail(auditor, Sought(who="ASSIGNER@14"))} == {"交办员"}
    assert "case:accepted" in actions(trail(auditor, Sought(who="代表工作委员会")))

    titles = Titles("zh")
    assert actions(trail(auditor, Sought(actions=titles.meant_by("交办")))) == {"case:assigned"}
    assert actions(trail(auditor, Sought(actions=Titles("en").meant_by("signed in")))) == {"user:signed_in"}
    assert trail(auditor, Sought(actions=titles.meant_by("没有这样的事"))) == []

    day = dt.date(2026, 2, 5)
    assert {clock.day_of(line.at) for line in trail(auditor, Sought(until=day), limit=1000)} == {day}
    later = trail(auditor, Sought(since=dt.date(2026, 2, 6), case=first.case.number or "?"))
    assert later == []

    [assigned] = trail(auditor, Sought(address="192.0.2.1", actions=["case:assigned"]))
    assert (assigned.number, assigned.addresses) == (number, (HERE.address,))
    from_there = trail(auditor, Sought(address=HERE.address))
    assert {line.who for line in from_there} == {"交办员"} and "user:signed_in" in actions(from_there)
    for nowhere in ("192.0.2.18", "%", "_", '"', "2.17"):
        assert trail(auditor, Sought(address=nowhere)) == []


def test_a_page_begins_where_the_one_before_ended(auditor: Actor, journeys: tuple[Journey, Journey]) -> None:
    everything = [line.id for line in trail(auditor, limit=1000)]
    paged: list[int] = []
    while page := trail(auditor, before=paged[-1] if paged else None, limit=3):
        paged += [line.id for line in page]
    assert paged == everything


def test_neither_other_administrators_nor_other_congresses_see_it(
    cast: Cast, auditor: Actor, foreigner: Actor, journeys: tuple[Journey, Journey]
) -> None:
    for role in ("system_admin", "security_admin", "process_admin", "supervisor"):
        with pytest.raises(NotAllowed):
            trail(join(cast, f"x-{role}", "dgw", role))
    with pytest.raises(NotAllowed):
        trail(dataclasses.replace(auditor, seats=()))
    first, second = journeys
    ways = [Sought(case=f"case:{first.case_id}"), Sought(case=second.case.number or ""), Sought(who="交办员")]
    ways += [Sought(address=HERE.address), Sought(actions=["case:assigned"]), Sought(case="congress")]
    assert [trail(foreigner, sought) for sought in ways] == [[]] * len(ways)
    newest = trail(auditor)[0].id
    assert trail(foreigner, before=newest) == []


def test_no_line_tells_what_a_case_is_about(auditor: Actor, journeys: tuple[Journey, Journey]) -> None:
    told = repr(trail(auditor, limit=1000))
    for journey in journeys:
        assert (journey.case.number or "?") in told and journey.case.title not in told
    secret = audit.canonical({"address": "解放路一号"})
    assert secret == '{"address":"解放路一号"}'
    # An address that is a business matter is neither shown nor found: only that of signing in is.
    db.session.execute(
        audit.EVENTS.insert().values(
            chain="x", position=1, congress_id=auditor.congress_id, case_id=None, at=clock.now(), action="case:opened",
            actor_id=None, actor_name="系统", actor_organization="", on_behalf_of="", operation_id="", subject="",
            detail=secret, algorithm="sha256", previous_hash=audit.EMPTY, hash=audit.EMPTY,
        )
    )  # fmt: skip
    assert trail(auditor)[0].addresses == ()
    assert trail(auditor, Sought(address="解放")) == []


def test_a_person_is_found_by_his_name_of_then_and_of_now(
    auditor: Actor, journeys: tuple[Journey, Journey]
) -> None:
    db.session.execute(sa.update(User).where(User.username == "assigner@14").values(name="改名后"))
    then, now = trail(auditor, Sought(who="交办员")), trail(auditor, Sought(who="改名后"))
    assert then and then == now
