"""Floods of what the public puts forward: whoever sends much is held back, and everybody else is heard all the same."""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from engine.foundation.actor import system_actor
from engine.foundation.networks import network_of
from engine.public_intake import limits, sending
from engine.public_intake.limits import Place
from models import Case, PublicRequest, db
from tests.conftest import dispose
from tests.support.cast import Cast, assemble
from tests.support.databases import bare_app
from tests.support.web import Visitor
from tests.webui.test_public_intake import GIVEN, KIND, PAGE, filled, registry
from tests.webui.visitors import visitor

__all__ = ["registry"]

SMALL = (Place(32, 64, 2, 3), Place(24, 48, 4, 6), Place(16, 32, 6, 9))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PLACES", SMALL)
    monkeypatch.setattr(limits, "PER_CONGRESS", 12)


def sent(person: Visitor, address: str, **more: str) -> Any:
    """What comes of a form sent from there."""
    return person.post(PAGE, data=filled(person), environ_base={"REMOTE_ADDR": address}, headers=more)


def taken(person: Visitor, *addresses: str) -> int:
    """How many of these got through; the others were told that it is too much."""
    ends = [sent(person, address).status_code for address in addresses]
    assert set(ends) <= {201, 429}
    return ends.count(201)


def test_as_they_are_no_place_can_use_up_what_a_congress_takes() -> None:
    inner = limits.PLACES[0]
    for outer in limits.PLACES[1:]:
        assert inner.of_ipv4 > outer.of_ipv4 and inner.of_ipv6 > outer.of_ipv6
        assert inner.an_hour < outer.an_hour and inner.a_day < outer.a_day
        inner = outer
    assert all(each.an_hour <= each.a_day for each in limits.PLACES)
    assert inner.a_day * 3 <= limits.PER_CONGRESS


@pytest.mark.usefixtures("small", "registry")
def test_neither_a_neighbourhood_nor_a_provider_of_addresses_shuts_others_out(app: Flask) -> None:
    attacker = visitor(app)
    assert taken(attacker, *(f"203.0.113.{host}" for host in range(1, 8))) == 4  # one network of 256
    assert taken(attacker, *(f"203.0.{net}.1" for net in range(1, 6))) == 2  # and all around it
    assert (
        taken(attacker, *(f"2001:db8:7:{net:x}::1" for net in range(1, 8))) == 4
    )  # a customer's, of 65,536 networks
    assert taken(attacker, "198.51.100.7") == 1  # anybody else


@pytest.mark.usefixtures("small", "registry")
def test_an_hour_later_one_may_again_and_a_day_has_its_own_measure(
    app: Flask, clock_at: Callable[..., None]
) -> None:
    person, ten = visitor(app), dt.datetime(2026, 3, 20, 10, 0)
    assert taken(person, *["10.1.2.3"] * 3) == 2
    clock_at(ten + dt.timedelta(hours=1, minutes=1))
    assert taken(person, *["10.1.2.3"] * 2) == 1
    refused = sent(person, "10.1.2.3")
    assert refused.status_code == 429 and "03-21 10:01以后可以再提交" in refused.text
    assert refused.headers["Retry-After"] == str(23 * 3600)
    clock_at(ten + dt.timedelta(days=1, minutes=1))
    assert taken(person, "10.1.2.3") == 1


@pytest.mark.usefixtures("small", "registry")
def test_who_is_refused_learns_what_else_to_do_and_sends_the_same_form_later(
    app: Flask, cast: Cast, clock_at: Callable[..., None]
) -> None:
    person = visitor(app)
    assert taken(person, *(f"10.{net}.0.1" for net in range(12))) == 12  # from everywhere: the last resort
    form = filled(person)
    refused = person.post(PAGE, data=form, environ_base={"REMOTE_ADDR": "192.0.2.9"})
    assert refused.status_code == 429 and "一天之内收到的已经达到能够受理的件数" in refused.text
    assert "也可以把书面材料寄送" in refused.text and 'href="tel:' in refused.text
    assert GIVEN["reasons"] in refused.text and GIVEN["name"] in refused.text
    assert form["token"] in refused.text
    english = person.post(f"{PAGE}?lang=en", data=form, environ_base={"REMOTE_ADDR": "192.0.2.9"}).text
    assert not re.search(
        r"[\u4e00-\u9fff]", re.search(r'class="error-summary.*?</div>', english, re.DOTALL)[0]
    )  # type: ignore[index]
    clock_at(dt.datetime(2026, 3, 21, 10, 1))
    assert person.post(PAGE, data=form, environ_base={"REMOTE_ADDR": "192.0.2.9"}).status_code == 201


@pytest.mark.usefixtures("small", "registry")
def test_nobody_becomes_many_by_saying_so(app: Flask) -> None:
    attacker = visitor(app)
    said = [
        sent(
            attacker,
            "10.1.2.3",
            **{"X-Forwarded-For": f"198.51.100.{host}", "Forwarded": f"for=10.0.0.{host}"},
        )
        for host in range(4)
    ]
    assert [each.status_code for each in said] == [201, 201, 429, 429]
    assert taken(attacker, "::ffff:10.1.2.3", "10.1.2.3:4711", "10.1.2.3:4712") == 0
    assert network_of("[2001:db8:1:2::9]:443") == network_of("2001:db8:1:2::1%eth0") == "2001:db8:1:2::/64"
    assert {network_of(each) for each in ("", "localhost", "1.2.3", "a:b:c", "::g")} == {"unknown"}


@pytest.fixture
def house(fresh_url: str) -> Iterator[Flask]:
    app = bare_app(fresh_url, SQLALCHEMY_ENGINE_OPTIONS={"pool_size": 8})
    with app.app_context():
        yield app
    dispose(app)


@pytest.mark.slow
@pytest.mark.usefixtures("small")
def test_a_burst_at_the_same_moment_gets_no_more_through(house: Flask) -> None:
    cast = assemble()
    together, ends = threading.Barrier(6), []

    def run() -> None:
        with house.app_context():
            together.wait()
            try:
                sending.send(
                    system_actor(cast.congress_id),
                    process_key=KIND,
                    answers=GIVEN,
                    token=sending.fresh_secret(),
                    address="10.1.2.3",
                )
            except limits.TooMany:
                ends.append("refused")
            else:
                ends.append("taken")

    threads = [threading.Thread(target=run) for _each in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()  # to see what the others have written
    assert sorted(ends) == ["refused"] * 4 + ["taken"] * 2
    for table in (PublicRequest, Case):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(table)) == 2
