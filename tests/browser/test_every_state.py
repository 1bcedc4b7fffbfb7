"""Every form there is, refused with its errors, and every kind of list: sound on a desk and on a phone.

The pages are made without a server and shown to one window, one after the other; the states of a case are those of the
permission matrix, so that a new task or action is looked at without being named here.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask, Response
from playwright.sync_api import Browser, Page, ViewportSize

from engine.casework.access import case_to_view
from engine.casework.readings.actions import offered
from models import Task, db
from tests.casework.permissions import scene
from tests.casework.permissions.states import WAY, bring_to, following
from tests.casework.permissions.test_matrix import STATES, people
from tests.support import databases
from tests.support.browser import AXE, axe_violations, window
from tests.support.cast import PASSWORD, Cast, assemble
from tests.support.journey import Journey
from tests.support.web import Visitor, served
from tests.webui.visitors import signed_in

pytestmark = pytest.mark.browser
DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
ACTING = ("deputy1", "assigner", "supervisor", "slt_head", "slt_deputy_head", "intake")
BEGINNINGS = [name for name, state in WAY.items() if not state.before]

# Where the page of a case looks most unlike itself, and to whom.
CASE_PAGES = {
    "merged": "assigner",
    "panel": "slt_head",
    "archived": "archivist",
    "declined": "deputy1",
    "key": "router",
}


@dataclass(frozen=True)
class Shown:
    """A page as the program answered it."""

    name: str
    text: str
    headers: dict[str, str]


@pytest.fixture
def stage(
    _bare_apps: Callable[[str], Flask], _web_apps: Callable[[str], Flask], clock_at: Callable[..., None]
) -> Iterator[tuple[Flask, sa.Connection, Cast]]:
    """The application on one connection, and everybody."""
    clock_at(dt.datetime(2026, 2, 5, 10, 0))
    with _bare_apps("sqlite").app_context():
        engine = db.engine
    app = _web_apps("sqlite")
    with databases.forgetting(engine) as connection, databases.bound(app, connection):
        with app.app_context():
            cast = scene.whole(assemble())
        yield app, connection, cast


@dataclass
class Round:
    """A walk through the tree of states; each form is kept the first time it is met."""

    connection: sa.Connection
    cast: Cast
    guests: dict[str, Visitor]
    which: str
    kept: dict[str, Shown]

    def walk(self, journey: Journey, name: str) -> None:
        """This state and all that follow from it."""
        self.look(journey, name)
        for further in following(name):
            with scene.undone(self.connection):
                WAY[further].step(journey)
                self.walk(journey, further)

    def look(self, journey: Journey, name: str) -> None:
        """What is open in a state."""
        if self.which == "tasks":
            self.tasks(journey, name)
        else:
            self.actions(journey, name)
        if self.which == "tasks" and name in CASE_PAGES:
            self.keep(f"case {name}", CASE_PAGES[name], f"/cases/{journey.case_id}")

    def tasks(self, journey: Journey, name: str) -> None:
        """The forms of the open tasks, before one who may do them."""
        statement = sa.select(Task.id, Task.node).where(Task.case_id == journey.case_id, Task.open)
        for task_id, node in db.session.execute(statement).all():
            [who, *_others] = sorted(people(STATES[name]["may"][f"complete {node}"]))
            self.keep(f"task {node}", who, f"/tasks/{task_id}", {"go": "do"})

    def actions(self, journey: Journey, name: str) -> None:
        """The forms of the actions that are offered to somebody."""
        for who in people(STATES[name]["sees"]) & set(ACTING):
            actor = self.cast.actor(who)
            for offer in offered(actor, case_to_view(actor, journey.case_id)):
                where = f"/cases/{journey.case_id}/actions/{offer.spec.key}"
                part = f"?assignment={offer.assignment_id}" if offer.assignment_id else ""
                self.keep(f"action {offer.spec.key}", who, where + part, {})

    def lists(self) -> None:
        """The lists, full and empty, and the forms above them, refused."""
        for who, addresses in LISTS.items():
            for where in addresses:
                self.keep(f"{where} of {who}", who, where)
        for who, where, form in REFUSED_FORMS:
            self.keep(f"{where} refused", who, where, form)

    def keep(self, name: str, who: str, where: str, form: dict[str, str] | None = None) -> None:
        """A page: as it refuses this form, or as it is read where nothing is refused."""
        if name in self.kept:
            return
        if form is not None:
            with scene.undone(self.connection):
                answer = self.guests[who].post(where, data=form)
        if form is None or answer.status_code != 422:
            answer = self.guests[who].get(where, follow_redirects=True)
        assert answer.status_code in (200, 422), (name, who, where, answer.status_code)
        headers = {key: value for key, value in answer.headers.items() if key != "Set-Cookie"}
        self.kept[name] = Shown(name, answer.text, headers)


LISTS = {
    "assigner": [
        "/inbox?tab=done", "/inbox?tab=started", "/inbox?tab=watched", "/inbox?q=没有这件事", "/cases?q=没有这件事",
        "/cases?status=closed", "/desk/redo", "/desk/assigned", "/desk/topics", "/supervision?list=late",
        "/supervision?list=proposed", "/commitments?overdue=1", "/commitments/report", "/publication?tab=withheld",
        "/publication?tab=prepared", "/publication/reports", "/statistics", "/statistics/in_time_share?cut=category",
        "/statistics/forecast", "/ledgers", "/meetings", "/messages", "/calendars", "/deadline?rule=answer",
        "/deadline?length=x&from=y",
    ],
    "deputy1": [
        "/deputy", "/deputy/own?standing=closed", "/cosign", "/messages", "/statistics", "/cases/new/suggestion",
    ],
    "slt_head": ["/inbox", "/inbox?tab=done", "/statistics/units", "/commitments", "/account/notifications"],
    "intake": ["/desk/review"],
    "reviewer": ["/desk/confirm"],
    "archivist": ["/archives", "/archives?tab=kept", "/inbox"],
    "process_admin": ["/administration/rules", "/administration/templates", "/inbox"],
    "system_admin": ["/administration/organizations", "/administration/users", "/administration/deputies", "/cases"],
    "security_admin": ["/administration/users", "/account"],
    "auditor": ["/administration/events", "/administration/trail", "/administration/verification"],
}  # fmt: skip
REFUSED_FORMS = [
    ("system_admin", "/administration/organizations", {}),
    ("system_admin", "/administration/users", {}),
    ("system_admin", "/administration/deputies", {}),
    ("process_admin", "/administration/rules", {}),
    ("assigner", "/meetings", {}),
    ("assigner", "/ledgers", {}),
    ("assigner", "/publication/reports/suggestion/2026", {}),
    ("slt_head", "/account/notifications", {}),
    ("slt_head", "/account/notifications/substitutes", {}),
    ("slt_head", "/account/password", {}),
]


def pages(stage: tuple[Flask, sa.Connection, Cast], which: str) -> list[Shown]:
    """Everything of a kind that is to be looked at."""
    app, connection, cast = stage
    with app.app_context():
        guests = {who: signed_in(app, f"{who}@14", PASSWORD) for who in cast.users}
        tour = Round(connection, cast, guests, which, {})
        if which == "lists":
            with scene.undone(connection):
                bring_to(Journey(cast), "closed")
                tour.lists()
        else:
            for name in BEGINNINGS:
                with scene.undone(connection):
                    journey = Journey(cast)
                    bring_to(journey, name)
                    tour.walk(journey, name)
    return list(tour.kept.values())


def shown_by(app: Flask, now: dict[str, Shown]) -> Flask:
    """A server of what `now` holds and of the program's files, which a window may keep from page to page."""
    server = Flask("shown", static_folder=app.static_folder)
    server.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600  # seconds

    @server.get("/")
    def page() -> Response:
        return Response(now["page"].text, headers=now["page"].headers)

    @server.get("/<path:_other>")
    def nothing(_other: str) -> Response:
        return Response(status=204)

    return server


@contextlib.contextmanager
def showing(browser: Browser, app: Flask) -> Iterator[tuple[Page, dict[str, Shown], list[str]]]:
    """A window that asks for nothing but what `now` holds and files of the program."""
    now: dict[str, Shown] = {}
    with served(shown_by(app, now)) as site, window(browser, "desktop", site.url) as screen:
        screen.page.context.add_init_script(path=AXE)
        yield screen.page, now, screen.complaints


@pytest.mark.parametrize("which", ["tasks", "actions", "lists"])
def test_every_form_and_list_is_sound_on_a_desk_and_on_a_phone(
    browser: Browser, stage: tuple[Flask, sa.Connection, Cast], which: str
) -> None:
    wrong = []
    found = pages(stage, which)
    assert found
    with showing(browser, stage[0]) as (page, now, complaints):
        page.emulate_media(reduced_motion="reduce")  # a colour on its way to another is none to be measured
        for shown in found:
            now["page"] = shown
            page.set_viewport_size(DESK)
            page.goto("/")
            wrong += [f"{shown.name} on a desk: {fault}" for fault in faults(page)]
            page.set_viewport_size(PHONE)
            wrong += [f"{shown.name} on a phone: {fault}" for fault in faults(page)]
    assert not wrong, "\n".join(wrong)
    assert complaints == []


def faults(page: Page) -> list[str]:
    """Violations of WCAG 2.2 AA, and what is wider than the screen."""
    over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return axe_violations(page) + ([f"{over} px wider than the screen"] if over > 0 else [])
