"""Work without a user: each job claims what it does from tables, so that a second clock would do no harm."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.casework.leaving import release_after_substitutions
from engine.casework.moving.deliveries import deliver_events
from engine.casework.moving.timers import fire_timers
from engine.casework.periods.calendar_changes import recount_all
from engine.casework.periods.clock_sweep import sweep
from engine.casework.vocabulary import happening_title
from engine.commitments.sweeping import sweep_commitments
from engine.correspondence import deliver_waiting
from engine.correspondence.digests import write_digests
from engine.correspondence.groups import opened
from engine.deadlines.calendars import calendar_of
from engine.foundation import clock
from engine.foundation.actor import system_actor
from engine.foundation.audit_checkpoints import latest_checkpoint, take_checkpoint
from engine.operations.migrations import carry_on_all
from engine.performance.opening import take_all_over
from engine.planning.telling import tell_of_plans
from engine.similarity.index import catch_up
from notifications.chat import Groups
from notifications.sms import Gateway, Spool
from notifications.transports import Smtp, Transport

# Jobs work for every congress, so they act on behalf of none.
NO_CONGRESS = 0


@dataclass(frozen=True, slots=True)
class Job:
    """A function that the clock runs again and again."""

    name: str
    function: Callable[[], object]
    every: dt.timedelta


def mail_server() -> Smtp | None:
    """The server that SMTP_URL names, None without one. Raises ValueError where it or MAIL_FROM cannot be used."""
    url = os.environ.get("SMTP_URL")
    return Smtp.at(url, os.environ.get("MAIL_FROM") or "duban@localhost") if url else None


def sms_way() -> Transport | None:
    """The file SMS_SPOOL or the gateway SMS_URL, None without either. Raises ValueError for a gateway that is none."""
    spool, url = os.environ.get("SMS_SPOOL"), os.environ.get("SMS_URL")
    if spool:
        return Spool(Path(spool))
    return Gateway.at(url, os.environ.get("SMS_SECRET", "")) if url else None


def deliver_mail() -> None:
    """Send the letters that wait; without a mail server they are kept."""
    if server := mail_server():
        deliver_waiting(system_actor(NO_CONGRESS), server)


def deliver_sms() -> None:
    """Hand the short texts over; without a way out they are kept."""
    if way := sms_way():
        deliver_waiting(system_actor(NO_CONGRESS), way, channel="sms")


def post_to_groups() -> None:
    """Post what waits for the units' chat groups."""
    deliver_waiting(system_actor(NO_CONGRESS), Groups(opened), channel="chat")


def collect_digests() -> None:
    """Write the digests whose hour has come, where today is a working day."""
    write_digests(system_actor(NO_CONGRESS), works_today=_works_today, title=happening_title)


def _works_today(congress_id: int) -> bool:
    return calendar_of(congress_id).is_workday(clock.today())


def seal_the_day() -> None:
    """Take one audit checkpoint per legal day, however often the program is started."""
    latest = latest_checkpoint()
    if latest is None or clock.day_of(latest.at) < clock.today():
        take_checkpoint(system_actor(NO_CONGRESS))


def keep_similar() -> None:
    """Take into the index of similar cases what it has missed: what was there before it, what an old version wrote."""
    catch_up(system_actor(NO_CONGRESS))


def end_substitutions() -> None:
    """Let substitutes whose time is over give back what they hold."""
    release_after_substitutions(system_actor(NO_CONGRESS))


def migrate_cases() -> None:
    """Go on taking cases over to another version, where that was begun."""
    carry_on_all()


def take_projects_over() -> None:
    """Open the cases of budget projects that were kept before there were cases."""
    take_all_over()


JOBS: list[Job] = [
    Job("deadlines", sweep, dt.timedelta(minutes=1)),
    Job("timers of cases", fire_timers, dt.timedelta(seconds=15)),
    Job("signals between cases", deliver_events, dt.timedelta(seconds=15)),
    Job("due dates again", recount_all, dt.timedelta(hours=1)),
    Job("commitments", sweep_commitments, dt.timedelta(hours=1)),
    Job("plans of supervision", tell_of_plans, dt.timedelta(hours=1)),
    Job("mail", deliver_mail, dt.timedelta(seconds=30)),
    Job("SMS", deliver_sms, dt.timedelta(seconds=30)),
    Job("chat groups", post_to_groups, dt.timedelta(seconds=30)),
    Job("digests", collect_digests, dt.timedelta(minutes=5)),
    Job("substitutions that are over", end_substitutions, dt.timedelta(minutes=30)),
    Job("migrations", migrate_cases, dt.timedelta(seconds=30)),
    Job("projects without cases", take_projects_over, dt.timedelta(minutes=10)),
    Job("audit checkpoint", seal_the_day, dt.timedelta(minutes=30)),
    Job("similar cases", keep_similar, dt.timedelta(minutes=10)),
]
