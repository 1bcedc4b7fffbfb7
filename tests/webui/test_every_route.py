"""What holds for every route there is, taken from the map of addresses: a new page cannot be forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.people.world import World, build
from tests.webui.visitors import signed_in, visitor
from webui.addresses import Number
from webui.headers import ALWAYS, CONTENT_POLICY
from webui.marks import marked

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")

# Whoever adds a view that needs no sign-in says so here as well.
PUBLIC = {
    "sign_in.page",
    "sign_in.enter",
    "preferences.switch",
    "static",
    "health.alive",  # proxies and watches cannot sign in; it tells nothing but whether it works
    "health.ready",
    "calendar_feed.calendar",  # a calendar cannot sign in: the secret in the address is the key
    # What anybody may read: redacted copies that two persons have released, and reports.
    "public_site.listing",
    "public_site.case",
    "public_site.kinds",
    "public_site.reports",
    "public_site.report",
    "public_site.plans",
    "public_site.plan",
    "public_site.data",
    "public_site.data_json",
    "public_site.data_csv",
    "public_site.sitemap",
    "public_site.verifier",
    "public_site.robots",
    "public_performance.listing",
    "public_performance.project",
    "public_performance.report",
    "public_performance.data",
    "public_performance.data_json",
    "public_performance.data_csv",
    # What anybody may put forward, and how it stands for whoever holds the receipt.
    "public_intake.overview",
    "public_intake.form",
    "public_intake.send",
    "public_intake.receipt",
    "public_intake.look",
    "style_guide.overview",  # invented matter, and on demonstration instances only
    "style_guide.sample",
    "style_guide.diagram",
}


@pytest.fixture
def world(app: Flask) -> World:
    with app.app_context():
        return build()


@pytest.fixture
def with_tokens(app: Flask) -> Iterator[Flask]:
    app.config["WTF_CSRF_ENABLED"] = True
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


def rules(app: Flask) -> list[Rule]:
    return list(app.url_map.iter_rules())


def address(app: Flask, rule: Rule) -> str:
    """An address that the rule matches."""
    values: dict[str, Any] = {}
    for name, converter in rule._converters.items():
        values[name] = 1 if isinstance(converter, Number) else "x"
    built = rule.build(values)
    assert built is not None
    return built[1]


def test_what_is_public_is_listed(app: Flask) -> None:
    public = {endpoint for endpoint, view in app.view_functions.items() if marked(view, "is_public")}
    assert public | {"static"} == PUBLIC


def test_every_other_route_asks_for_sign_in(app: Flask, world: World) -> None:
    open_routes = []
    for rule in rules(app):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if rule.endpoint in PUBLIC:
                continue
            answer = visitor(app).open(address(app, rule), method=method)
            expected = 302 if method == "GET" else 401
            if answer.status_code != expected or (method == "GET" and "/sign-in" not in answer.location):
                open_routes.append((method, rule.rule, answer.status_code))
    assert open_routes == []


def test_every_unsafe_route_refuses_a_form_without_a_token(with_tokens: Flask, world: World) -> None:
    taken = []
    for rule in rules(with_tokens):
        for method in sorted((rule.methods or set()).intersection(UNSAFE)):
            answer = visitor(with_tokens).open(address(with_tokens, rule), method=method)
            if answer.status_code != 400:
                taken.append((method, rule.rule, answer.status_code))
    assert taken == []


def test_no_route_takes_both_a_reading_and_a_changing_method(app: Flask) -> None:
    taken = {rule.rule: set(rule.methods or ()) for rule in rules(app)}
    mixed = [rule for rule, methods in taken.items() if "GET" in methods and set(UNSAFE) & methods]
    assert mixed == []


@pytest.mark.parametrize("name", [None, "north-officer", "north-system"])
def test_every_answer_carries_the_headers(app: Flask, world: World, name: str | None) -> None:
    client = signed_in(app, name) if name else visitor(app)
    addresses = [("GET", address(app, rule)) for rule in rules(app) if "GET" in (rule.methods or ())]
    addresses += [("GET", "/no-such-page"), ("PATCH", "/sign-in"), ("GET", "/static/css/base.css?v=1")]
    for method, where in addresses:
        answer = client.open(where, method=method, buffered=True)
        for header, value in ALWAYS.items():
            assert answer.headers.get(header) == value, (where, header)
        policy = answer.headers["Content-Security-Policy"]
        assert policy == CONTENT_POLICY or "sandbox" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Request-Id"]
        if where.startswith(("/public", "/robots")) and answer.status_code == 200:
            assert answer.headers["Cache-Control"] == "public, max-age=300", where
            assert "Vary" not in answer.headers and "Set-Cookie" not in answer.headers, where
        elif not where.startswith("/static"):
            assert answer.headers["Cache-Control"] == "no-store", where


def test_static_files_with_a_version_are_kept_and_others_asked_about(app: Flask) -> None:
    client = visitor(app)
    kept = client.get("/static/css/base.css?v=1", buffered=True).headers["Cache-Control"]
    assert kept == "public, max-age=31536000, immutable"
    assert client.get("/static/css/base.css", buffered=True).headers["Cache-Control"] == "no-cache"
    assert client.get("/static/css/none.css?v=1").headers["Cache-Control"] == "no-store"
    page = client.get("/sign-in").text
    assert "/static/css/base.css?v=" in page


ADMINISTRATORS = {
    "north-system": {
        "/administration/congress",
        "/administration/organizations",
        "/administration/users",
        "/administration/deputies",
        "/administration/groups",
        "/administration/dead-letters",
    },
    "north-security": {
        "/administration/users",
        "/administration/substitutes",
        "/administration/events",
    },
    "north-audit": {"/administration/events", "/administration/trail", "/administration/verification"},
}


@pytest.mark.parametrize("name", ADMINISTRATORS)
def test_each_administrator_opens_his_own_pages_and_is_led_to_no_other(
    app: Flask, world: World, name: str
) -> None:
    client = signed_in(app, name)
    lists = [
        rule.rule
        for rule in rules(app)
        if re.match("/administration[^.]*$", rule.rule)  # pages, not what they give to take out
        and "GET" in (rule.methods or ())
        and not rule.arguments
    ]
    opened = {where for where in lists if client.get(where).status_code == 200}
    assert opened == ADMINISTRATORS[name]
    page = client.get("/account").text
    assert {where for where in lists if f'href="{where}"' in page} == ADMINISTRATORS[name]
