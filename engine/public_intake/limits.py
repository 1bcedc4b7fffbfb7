"""How much may come in from one place, so that nobody uses up what a congress can take for all.

A place is an address, the neighbourhood it lies in, and the network of its provider: who has many addresses has them
next to one another. Each has less than the one around it, and the largest a third of what the congress takes in a day.
Who has more than that, spread over the networks of several providers, is met by the last limit only.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from engine.foundation import clock
from engine.foundation.errors import DomainError
from engine.foundation.language import _
from engine.foundation.networks import OWN_NETWORK, UNKNOWN
from engine.foundation.turns import take_turns
from models import PublicRequest, db

REQUESTS: sa.Table = PublicRequest.__table__  # type: ignore[assignment]
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Place:
    """So many bits of an address are one place; how many it may send in an hour, and in a day."""

    of_ipv4: int
    of_ipv6: int
    an_hour: int
    a_day: int


PLACES = (
    Place(32, OWN_NETWORK, 5, 10),  # a connection; an office or a village may share one
    Place(24, 48, 15, 30),  # what is given to one customer with many addresses
    Place(16, 32, 50, 100),  # a provider's network
)
PER_CONGRESS = 300  # a day


class TooMany(DomainError):
    """More from one place than it may send in an hour or a day; `when` it may send again, by the clock of the law."""

    text = _("从您所在的网络收到的已经很多，{when}以后可以再提交。您写的内容还在这一页上。")

    def __init__(self, until: dt.datetime) -> None:
        self.until = until
        super().__init__(when=until.astimezone(clock.ZONE).strftime("%m-%d %H:%M"))


class TooManyInAll(TooMany):
    """As many as the congress can take in a day."""

    text = _("一天之内收到的已经达到能够受理的件数，{when}以后可以再提交。您写的内容还在这一页上。")


def require_few(congress_id: int, network: str) -> None:
    """Refuse what is too much; forget addresses that are a day old. Raises TooMany, TooManyInAll.

    Of an address alone all congresses count, of what lies around it the one that is written to.
    """
    take_turns(f"public intake from {network}", f"public intake of {congress_id}")
    now = clock.now()
    old = REQUESTS.c.sent_at < now - DAY, REQUESTS.c.address != ""
    db.session.execute(REQUESTS.update().where(*old).values(address=""))
    recent = sa.select(REQUESTS.c.address, REQUESTS.c.sent_at).where(REQUESTS.c.sent_at >= now - DAY)
    here = db.session.execute(recent.where(REQUESTS.c.address == network)).all()
    there = db.session.execute(recent.where(REQUESTS.c.congress_id == congress_id)).all()
    free = [_free_from([row.sent_at for row in here], PLACES[0].an_hour, PLACES[0].a_day)]
    for place in PLACES[1:]:
        mine = _of(network, place)
        near = [row.sent_at for row in there if _of(row.address, place) == mine]
        free.append(_free_from(near, place.an_hour, place.a_day))
    if any(free_from > now for free_from in free):
        raise TooMany(_full_minute(max(free)))
    if (free_from := _free_after([row.sent_at for row in there], PER_CONGRESS, DAY)) > now:
        raise TooManyInAll(_full_minute(free_from))


def _of(network: str, place: Place) -> str:
    """The place in which a network lies that was kept."""
    try:
        found = ipaddress.ip_network(network)
    except ValueError:
        return UNKNOWN
    bits = place.of_ipv4 if isinstance(found, ipaddress.IPv4Network) else place.of_ipv6
    return str(found.supernet(new_prefix=bits))


def _free_from(sent: Sequence[dt.datetime], an_hour: int, a_day: int) -> dt.datetime:
    return max(_free_after(sent, an_hour, HOUR), _free_after(sent, a_day, DAY))


def _free_after(sent: Iterable[dt.datetime], number: int, window: dt.timedelta) -> dt.datetime:
    """When fewer than `number` have come within the window; long ago if that is so now."""
    latest = sorted(sent, reverse=True)
    return latest[number - 1] + window if len(latest) >= number else dt.datetime.min.replace(tzinfo=dt.UTC)


def _full_minute(moment: dt.datetime) -> dt.datetime:
    return moment.replace(second=0, microsecond=0) + dt.timedelta(minutes=1)
