"""Every link that a page offers somebody leads somewhere: nobody is sent to what is refused him, or to nothing."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.permissions import scene
from tests.permissions.addresses import visitors
from tests.support.web import Visitor

pytestmark = pytest.mark.slow

AT_WORK = (
    "assigner",
    "intake",
    "supervisor",
    "router",
    "slt_clerk",
    "slt_head",
    "deputy1",
    "budget",
    "meetings",
)
LINK = re.compile(r'<a\b[^>]*?\bhref="([^"#]+)')
LEFT_OUT = re.compile(r"^(?:tel:|mailto:|/static/)")
ALIKE = re.compile(
    r"\.(?:pdf|docx|xlsx|zip)\b|^/statistics|^/public"
)  # slow to make, and alike for whoever may see it


def kind_of(link: str) -> str:
    """What links to like things have in common."""
    return re.sub(r"=[^&]*", "=", re.sub(r"\d+", "0", link))


def links_of(page: str, where: str) -> Iterator[str]:
    """The links of a page, as addresses of the site."""
    for found in LINK.findall(page):
        link = html.unescape(found)
        if link.startswith("?"):
            link = where.partition("?")[0] + link
        if not LEFT_OUT.match(link):
            yield link


def dead_links(person: Visitor, name: str, made: set[str]) -> list[str]:
    """What is offered to somebody, from his first page on, and refused: of links that differ in numbers only, one.

    Of what is alike for everybody, what was `made` for one person is not made for another.
    """
    waiting, dead = [("/", "the beginning")], []
    followed = set[str]()
    while waiting:
        link, offered_on = waiting.pop(0)
        kind = kind_of(link)
        if kind in followed or (ALIKE.search(link) and kind in made):
            continue
        followed.add(kind)
        made.add(kind)
        answer = person.get(link, buffered=True)
        if answer.status_code >= 400 or "/sign-in" in (answer.location or ""):
            dead.append(f"{name}: {link}, offered on {offered_on}: {answer.status_code}")
        elif answer.location:
            waiting.append((answer.location, offered_on))
        elif answer.mimetype == "text/html":
            waiting += [(each, link) for each in links_of(answer.text, link)]
    return dead


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_nobody_is_offered_a_link_that_is_refused(app: Flask, clock_at: Callable[..., None]) -> None:
    clock_at(dt.datetime(2026, 2, 5, 10, 0))
    with app.app_context():
        cast = scene.people()
        scene.set_up(cast, Path(app.config["DATA_FOLDER"]) / "files")
    made = set[str]()
    guests = visitors(app, list(AT_WORK))
    assert [line for name, guest in guests.items() for line in dead_links(guest, name, made)] == []
