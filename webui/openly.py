"""What every page of the public site has in common: it knows its address and nothing of who reads it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Response, current_app, make_response, request, url_for

from engine.people import congresses
from webui.language import language
from webui.presenting.reach import reach_shown


def rendered(template: str, **values: Any) -> str:
    """A page without what every other page is given: to make it would ask who reads, and that is nobody's business."""
    other = {**request.args.to_dict(), "lang": "zh" if language() == "en" else "en"}
    found = current_app.jinja_env.get_template(template)
    around = {
        "address": address,
        "site_language": language(),
        "other_language": f"{request.path}?{urlencode(other)}",
        "host": _host,
        "demonstration": bool(current_app.config["DEMONSTRATION"]),
    }
    return found.render(**{**around, **values})


def _host() -> dict[str, str] | None:
    """How the congress is reached whose site it is; pages about another one show that one's."""
    found = congresses.highest()
    return reach_shown(found) if found else None


def address(endpoint: str, **values: Any) -> str:
    """An address of the site that keeps the reader's language."""
    if language() == "en":
        values["lang"] = "en"
    return url_for(endpoint, **values)


def kept(response: Response) -> Response:
    """Let caches ask whether anything has changed, and answer without a body when nothing has."""
    response.add_etag()
    response.make_conditional(request)
    return response


def page(template: str, **values: Any) -> Response:
    """A page that caches may keep."""
    return kept(make_response(rendered(template, **values)))


def narrowed(names: tuple[str, ...]) -> dict[str, str]:
    """What of `names` the address narrows a list by."""
    return {name: request.args[name] for name in names if request.args.get(name)}


def chosen_from(known: Iterable[tuple[str, str, Sequence[tuple[str, str]]]]) -> list[dict[str, Any]]:
    """The fields (name, label, options) by which a list can be narrowed: where there is a choice, or one was made."""
    return [
        {"name": name, "label": label, "options": options}
        for name, label, options in known
        if len(options) > 1 or request.args.get(name)
    ]


def following_address(endpoint: str, names: tuple[str, ...], following: str) -> str | None:
    """Where the next records of open data are, narrowed by the same `names` of the address."""
    if not following:
        return None
    return url_for(endpoint, **narrowed(names), after=following, _external=True)


def data_answer(content: bytes, media_type: str, following: str | None) -> Response:
    """Open data, which pages of other sites may load as well; `following` is the address of the next records."""
    response = Response(content, content_type=media_type)
    if following:
        response.headers["Link"] = f'<{following}>; rel="next"'
    response.headers["Access-Control-Allow-Origin"] = "*"
    return kept(response)
