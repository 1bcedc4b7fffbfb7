"""B9: completions through the whole web stack, against the use case in the same process."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from engine.casework.tasks import Completed, complete_task
from engine.people import passwords
from models import User, db
from tests.bench.databases import Cellars, stage
from tests.bench.findings import Finding, median_ratio, milliseconds
from tests.bench.journeys import TimedJourney, actors_of
from tests.support.cast import Cast
from tests.support.web import Visitor
from webui.app import create_app

PASSWORD = "Duban-bench-2026"
# Plain forms: what is posted is each answer under its name.
POSTED = ("intake", "intake_review", "sign_for", "review_reply", "sign_reply")
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser:
    """A signed-in person's client with the token of his forms."""

    def __init__(self, app: Flask, username: str) -> None:
        self.client: FlaskClient = app.test_client()
        token = _token(self.client.get("/sign-in").text)
        answers = {"account": username, "password": PASSWORD, "csrf_token": token}
        answer = self.client.post("/sign-in", data=answers)
        if answer.status_code != 302:
            raise RuntimeError(f"{username} was not let in: {answer.status_code}")
        self.token = _token(self.client.get("/account").text)

    def complete(self, task_id: int, answers: dict[str, Any]) -> None:
        """Post the form of a task."""
        window = {"draft-window": "0123abcd", "draft-revision": "0"}
        data = {**answers, **window, "csrf_token": self.token, "go": "sure", "revision": "1"}
        answer = self.client.post(f"/tasks/{task_id}", data=data)
        if answer.status_code != 302:
            raise RuntimeError(f"task {task_id} was not completed: {answer.status_code} {answer.text}")

    def look(self) -> None:
        """Read the next page with what it says of the last step; unread, such sentences pile up in the cookie."""
        self.client.get("/account")


def _token(page: str) -> str:
    found = TOKEN.search(page)
    if found is None:
        raise RuntimeError("the page has no form")
    return found[1]


class PostedJourney(TimedJourney):
    """A journey of which only the plain steps are timed: posted as forms, or the use case that the form calls.

    Both run in the same application, on its own connection, and after both the person reads a page: what a step
    finds warm (pages of the database, the processor's caches) is the same. `web` None: one step after another,
    on the connection that did the last one.
    """

    web: Web | None = None
    posting = False

    def do(self, who: str, node: str, unit: str | None = None, /, **answers: Any) -> Completed:
        """Complete the open task at a node."""
        if node not in POSTED or self.web is None:
            done = super().do(who, node, unit, **answers)
            if node not in POSTED:
                self.times.pop()
            return done
        task_id = self.task(node, unit).id
        db.session.rollback()
        browser = self.web.browsers[who]
        if self.posting:
            begun = time.perf_counter()
            browser.complete(task_id, answers)
            self.times.append(time.perf_counter() - begun)
        else:
            with self.web.app.app_context():
                begun = time.perf_counter()
                complete_task(self.actors[who], task_id=task_id, answers=answers)
                self.times.append(time.perf_counter() - begun)
        browser.look()
        return Completed(self.case_id, ())


@dataclass
class Web:
    """The application and the browsers of those who do the plain steps."""

    app: Flask
    browsers: dict[str, Browser]


def posted(cellars: Cellars, quick: bool) -> Iterator[Finding]:
    """B9 on SQLite: sign-in, CSRF token, form, use case, redirect."""
    ways: dict[str, list[float]] = {"alone": [], "inside": [], "through": []}
    with cellars.open("sqlite") as databases:
        url = databases.fresh()
        with stage(url) as (_, cast):
            _let_everybody_in()
            actors = actors_of(cast)
            web = _web(url, str(cellars.folder / "web"), cast)
            for _ in range(3 if quick else 40):
                for way, times in ways.items():
                    journey = PostedJourney(cast, actors)
                    journey.web = None if way == "alone" else web
                    journey.posting = way == "through"
                    journey.walk()
                    times.append(journey.taken())
    shown = {way: milliseconds(times, len(POSTED)) for way, times in ways.items()}
    yield Finding(
        "B9",
        "经网页完成 ÷ 直接完成 / completion over HTTP in process ÷ use case, SQLite",
        median_ratio(ways["inside"], ways["through"]),
        basis=f"{shown['through']} over HTTP, {shown['inside']} inside",
    )
    yield Finding(
        "B9",
        "同上 ÷ 连续直接完成 / the same ÷ use cases one after another, nothing between them, SQLite",
        median_ratio(ways["alone"], ways["through"]),
        floor=0.5,
        basis=f"{shown['through']} over HTTP, {shown['alone']} one after another",
    )


def _web(url: str, data: str, cast: Cast) -> Web:
    app = create_app({"SQLALCHEMY_DATABASE_URI": url, "DATA_FOLDER": data, "SECRET_KEY": "bench"})
    app.test_client_class = Visitor
    return Web(app, _browsers(app, cast))


def _let_everybody_in() -> None:
    db.session.execute(sa.update(User).values(password_hash=passwords.hashed(PASSWORD)))
    db.session.commit()


def _browsers(app: Flask, cast: Cast) -> dict[str, Browser]:
    names = {user.id: user.username for user in db.session.scalars(sa.select(User))}
    db.session.rollback()
    posting = ("intake", "reviewer", "slt_clerk", "slt_deputy_head", "slt_head")
    return {key: Browser(app, names[cast.users[key]]) for key in posting}
