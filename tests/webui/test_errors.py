"""Refusals and failures as a reader meets them."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module

import pytest
from flask import Flask, abort
from werkzeug.exceptions import HTTPException

import engine
import webui
from engine.foundation.errors import Busy, DomainError, GuardRefused, InvalidAnswers, NotAllowed, StaleTask
from tests.people.world import World, build
from tests.webui.visitors import signed_in, visitor
from webui.marks import public
from webui.statuses import STATUS, status_of


@pytest.fixture
def world(app: Flask) -> World:
    with app.app_context():
        return build()


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application with pages that go wrong in every way."""
    from tests.conftest import create_app, dispose

    folder = tmp_path_factory.mktemp("troubled")
    app = create_app(f"sqlite:///{folder / 'empty.sqlite3'}", folder, PROPAGATE_EXCEPTIONS=False)
    raised: dict[str, Exception] = {
        "stale": StaleTask(who="张三", when="今天"),
        "answers": InvalidAnswers({"title": ["请填写标题。"]}),
        "guard": GuardRefused(),
        "forbidden": NotAllowed(),
        "busy": Busy(),
        "bug": RuntimeError("secret detail"),
    }

    def fail(kind: str) -> str:
        if kind in raised:
            raise raised[kind]
        abort(int(kind))

    app.add_url_rule("/fail/<kind>", "fail", public(fail), methods=["GET", "POST"])
    yield app
    dispose(app)


def every_refusal() -> set[type[DomainError]]:
    for package in (engine, webui):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    found: set[type[DomainError]] = set()
    waiting = [DomainError]
    while waiting:
        below = waiting.pop().__subclasses__()
        found.update(below)
        waiting.extend(below)
    return found


def test_every_refusal_has_a_status() -> None:
    statuses = {refusal.__name__: status_of(refusal) for refusal in every_refusal()}
    assert set(statuses.values()) <= set(STATUS.values())
    assert statuses["PasswordNotAccepted"] == 422
    assert statuses["TaskWithdrawn"] == 409


def test_a_refusal_of_no_known_kind_has_none() -> None:
    with pytest.raises(LookupError):
        status_of(DomainError)


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("stale", 409, "张三于今天处理"),
        ("answers", 422, "请填写标题。"),
        ("guard", 409, "现在还不能办理这一步。"),
        ("forbidden", 403, "您没有权限做这件事。"),
        ("busy", 503, "系统正忙"),
        ("bug", 500, "系统出了问题"),
        ("400", 400, "系统看不懂这个请求"),
        ("404", 404, "没有找到您要的页面"),
        ("413", 413, "上传的内容太大"),
        ("418", 418, "这个请求没有办成"),
        ("429", 429, "操作太频繁"),
        ("503", 503, "系统出了问题"),
    ],
)
def test_what_goes_wrong_is_told_in_words_with_a_number(
    troubled: Flask, kind: str, status: int, words: str
) -> None:
    answer = visitor(troubled).get(f"/fail/{kind}")
    assert answer.status_code == status
    assert words in answer.text and answer.headers["X-Request-Id"] in answer.text
    assert "secret detail" not in answer.text and "Traceback" not in answer.text


@pytest.mark.parametrize("kind", ["stale", "answers", "bug", "404"])
def test_a_program_gets_the_same_as_json(troubled: Flask, kind: str) -> None:
    page = visitor(troubled).get(f"/fail/{kind}")
    answer = visitor(troubled).get(f"/fail/{kind}", headers={"Accept": "application/json"})
    assert answer.status_code == page.status_code
    error = answer.json["error"]
    assert error["message"] and error["request"] == answer.headers["X-Request-Id"]
    assert error["fields"] == ([{"field": "title", "message": "请填写标题。"}] if kind == "answers" else [])


def test_what_was_typed_is_shown_again_but_no_secret(troubled: Flask) -> None:
    data = {"text": "很长的<文字>", "password": "hidden-word", "empty": " "}
    page = visitor(troubled).post("/fail/stale", data=data).text
    assert "很长的&lt;文字&gt;" in page and "hidden-word" not in page and ">empty<" not in page


def test_an_error_is_told_even_when_the_frame_of_the_page_fails(
    troubled: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise RuntimeError("no database")

    monkeypatch.setattr("webui.shell.shell", broken)
    answer = visitor(troubled).get("/fail/bug")
    assert answer.status_code == 500 and answer.headers["X-Request-Id"] in answer.text


def test_a_wrong_method_is_told_which_are_right(app: Flask, world: World) -> None:
    answer = signed_in(app, "north-officer").delete("/account")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert "从页面上的按钮" in answer.text


def test_an_unknown_page_is_not_found_whoever_asks(app: Flask, world: World) -> None:
    assert visitor(app).get("/no-such-page").status_code == 404
    assert signed_in(app, "north-officer").get("/no-such-page").status_code == 404


def test_the_router_may_still_redirect(app: Flask) -> None:
    from werkzeug.routing import RequestRedirect

    with app.test_request_context():
        answer = app.handle_user_exception(RequestRedirect("/elsewhere"))
    assert isinstance(answer, HTTPException)
    assert answer.code == 308


def test_english_readers_are_told_in_english_where_there_is_english(app: Flask, world: World) -> None:
    page = visitor(app).get("/no-such-page?lang=en").text
    assert '<html lang="en"' in page
