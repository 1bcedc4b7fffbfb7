"""The address to which a person's calendar subscribes: the secret in it is the only key."""

from __future__ import annotations

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue

from engine.casework.readings.own_dates import own_dates
from engine.correspondence import feeds
from engine.foundation import clock
from engine.foundation.errors import NotFound
from engine.people.actors import actor_for
from notifications.outbox import address
from webui.marks import public
from webui.statuses import TOO_MANY

blueprint = Blueprint("calendar_feed", __name__)


@blueprint.get("/calendar/<secret>.ics")
@public
def calendar(secret: str) -> ResponseReturnValue:
    """The dates of whoever the secret belongs to; nothing is there once it is revoked."""
    asked = feeds.whose(secret)
    if asked is None:
        raise NotFound
    if asked.too_often:
        return Response(status=TOO_MANY, headers={"Retry-After": str(int(feeds.OFTEN.total_seconds()))})
    actor = actor_for(asked.user_id)
    feeds.note_fetched(actor, feed_id=asked.feed_id)
    from webui.presenting.calendar_feed import (
        feed,
    )  # only when one is fetched: every command would wait for it

    content = feed(own_dates(actor), now=clock.now(), locale=actor.locale, address=_page_of)
    return Response(content, content_type="text/calendar; charset=utf-8")


def _page_of(case_id: int) -> str:
    return address(url_for("cases.page", case_id=case_id))
