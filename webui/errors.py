"""Refusals and failures as answers: pages in words with a number for the log, JSON if asked for."""

from __future__ import annotations

import errno
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import (
    Flask,
    Response,
    current_app,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from engine.foundation import errors as refusals
from engine.foundation.lacking import Lacking, what_is_lacking
from engine.people import refusals as people
from webui.addresses import here
from webui.carrying import from_our_page, held_up, readable, sent
from webui.headers import request_number
from webui.language import translate_refusal, translate_sentence
from webui.person import signed_in_person
from webui.statuses import CONFLICT, UNAVAILABLE, status_of

NOTHING_TO_SAY = 204

Answer = tuple[AnyResponse, int] | AnyResponse


def register(app: Flask) -> None:
    """Answer every refusal and every failure."""
    app.register_error_handler(refusals.NotSignedIn, _not_signed_in)
    app.register_error_handler(refusals.DomainError, _refused)
    app.register_error_handler(CSRFError, _unsigned_form)
    app.register_error_handler(HTTPException, _failed)
    app.register_error_handler(sa.exc.DBAPIError, _without_database)
    app.register_error_handler(OSError, _without_space)


def wants_json() -> bool:
    """Whether the client asked for JSON rather than for a page."""
    accepted = request.accept_mimetypes
    return request.path.startswith("/api/") or accepted["application/json"] > accepted["text/html"]


def error_lines(error: refusals.InvalidAnswers) -> list[dict[str, str]]:
    """Every problem of a refused form as `error_summary` shows it: field and message."""
    return [
        {"field": field, "message": translate_sentence(sentence)}
        for field, sentences in error.errors.items()
        for sentence in sentences
    ]


def field_errors(error: refusals.InvalidAnswers) -> dict[str, str]:
    """The problems of each field as one text, as the `field` macro shows them."""
    return {
        field: " ".join(translate_sentence(sentence) for sentence in sentences)
        for field, sentences in error.errors.items()
    }


def _refused(error: refusals.DomainError) -> Answer:
    try:
        status = status_of(type(error))
    except LookupError:  # a test forbids it; should it happen, the sentence counts for more than the status
        status = CONFLICT
    lines = error_lines(error) if isinstance(error, refusals.InvalidAnswers) else []
    response = _answer(status, type(error).__name__, translate_refusal(error), lines=lines)
    if isinstance(error, people.LockedOut):
        response.headers["Retry-After"] = str(error.seconds)
    if isinstance(error, refusals.Busy):
        response.headers["Retry-After"] = "5"
    return response


def _not_signed_in(error: refusals.NotSignedIn) -> Answer:
    """To the sign-in page and back; what was typed in a form that timed out is shown, not lost."""
    back = url_for("sign_in.page") + "?" + urlencode({"next": here()})
    if _asked_while_typing():
        return Response(status=NOTHING_TO_SAY)
    if "HX-Request" in request.headers:
        return Response(status=401, headers={"HX-Redirect": back})
    if not wants_json() and request.method in ("GET", "HEAD"):
        return redirect(back)
    text = _("登录已超时或者已退出，请重新登录。")
    if not wants_json() and (carried := held_up()):
        # Asked for here: sign_in stands on this module.
        from webui.sign_in import sign_in_page

        said = _("您刚才填写的内容都在，登录之后可以接着办。")
        return make_response(sign_in_page(following=carried.back, carried=carried, said=f"{text}{said}"), 401)
    return _answer(401, "NotSignedIn", text, way_out=(back, _("重新登录")))


def _asked_while_typing() -> bool:
    """Whether a form asks by itself for what stands beside it: led away to the sign-in, it would lose what was typed.

    The form when it is sent is told, and carried over.
    """
    return "HX-Request" in request.headers and request.method == "POST"


def _unsigned_form(error: CSRFError) -> Answer:
    """Refused; from a page of ours that is older than the sign-in, what was typed is offered to be sent anew."""
    if _asked_while_typing() and from_our_page():
        return Response(status=NOTHING_TO_SAY)
    carried = None if wants_json() else held_up()
    if carried:
        from webui.sign_in import again_page

        if not signed_in_person():
            return _not_signed_in(refusals.NotSignedIn())
        return make_response(again_page(carried), 400)
    text = _("这个页面打开得太久，或者不是从本系统打开的，为安全起见没有提交。请返回刷新页面后再提交。")
    return _answer(400, "UnsignedForm", text, way_out=(here(), _("返回并刷新")))


def _failed(error: HTTPException) -> Answer | HTTPException:
    status = error.code or 500
    if status < 400:
        return error  # a redirect that the router asks for
    if status >= 500:
        current_app.logger.error("request %s failed", request_number())
    response = _answer(status, error.name.replace(" ", ""), _sentence(error, status))
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _without_database(error: sa.exc.DBAPIError) -> Answer:
    """The database is gone, full or locked for long: nobody is to blame, and it may be back in a minute.

    What else it refuses is a fault of the program, and remains one.
    """
    lacking = what_is_lacking(error)
    if lacking is None:
        raise error
    current_app.logger.exception("request %s failed: the database", request_number())
    return _for_a_while(full=lacking is Lacking.SPACE)


def _without_space(error: OSError) -> Answer:
    """The disk is full; any other error of the system is one of the program, as everywhere."""
    if error.errno not in (errno.ENOSPC, errno.EDQUOT):
        raise error
    current_app.logger.exception("request %s failed: no space", request_number())
    return _for_a_while(full=True)


def _for_a_while(full: bool) -> Answer:
    text = (
        _("服务器的磁盘已满，没有办成，也没有留下一半。请联系系统管理员，腾出空间后再试。")
        if full
        else _("数据库暂时连不上，没有办成，也没有留下一半。请稍后再试。")
    )
    response = _answer(UNAVAILABLE, "Unavailable", text)
    response.headers["Retry-After"] = "30"
    return response


def _sentence(error: HTTPException, status: int) -> str:
    if isinstance(error, RequestEntityTooLarge):
        return _("上传的内容太大，超过了系统允许的大小。请压缩或者分开上传。")
    sentences = {
        400: _("系统看不懂这个请求。请返回上一页再试。"),
        403: _("您没有权限做这件事。"),
        404: _("没有找到您要的页面，可能地址有误，或者内容已被移走。"),
        405: _("这个地址不能这样打开。请从页面上的按钮或者链接进入。"),
        429: _("操作太频繁，请稍后再试。"),
    }
    return sentences.get(status) or (
        _("系统出了问题，没有办成。请稍后再试；如仍不行，请把请求号告诉系统管理员。")
        if status >= 500
        else _("这个请求没有办成。请返回上一页再试。")
    )


def _answer(
    status: int,
    code: str,
    text: str,
    *,
    lines: list[dict[str, str]] | None = None,
    way_out: tuple[str, str] | None = None,
) -> Response:
    if wants_json():
        found = {"code": code, "message": text, "request": request_number(), "fields": lines or []}
        return make_response(jsonify(error=found), status)
    href, action = way_out or ("/", _("回到首页"))
    page: dict[str, Any] = {
        "status": status,
        "text": text,
        "errors": lines or [],
        "href": href,
        "action": action,
    }
    return make_response(_rendered(page), status)


def _rendered(page: dict[str, Any]) -> str:
    try:
        typed = readable(request.full_path, sent())
        return render_template("errors/error.html", page={**page, "typed": typed})
    except Exception:
        # What failed (the database, say) may be what the frame of the page needs as well.
        current_app.logger.exception("no frame for the error page of request %s", request_number())
        bare = current_app.jinja_env.get_template("errors/bare.html")
        return bare.render(page=page, number=request_number())
