"""How one wishes to be told, who stands in for one, and the calendar one subscribes to."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.correspondence import feeds, wishes
from engine.foundation.actor import Actor
from engine.foundation.errors import DomainError, GuardRefused, InvalidAnswers
from engine.people import standing_in, substitutes
from engine.people.substitution_rules import Period
from notifications.outbox import address
from notifications.wishes import IMPORTANCES, Wishes
from webui.addresses import whole_number
from webui.pages.administration import EMPTY_FORM, number, refused_form
from webui.sign_in import current_actor
from webui.statuses import UNFIT, status_of

blueprint = Blueprint("notification_settings", __name__, url_prefix="/account/notifications")

TIME = re.compile(r"([01]?[0-9]|2[0-3])[:：]([0-5][0-9])")
REFUSALS = (InvalidAnswers, GuardRefused)
Form = dict[str, Any]


@blueprint.get("")
def page() -> ResponseReturnValue:
    """The settings."""
    return _page(current_actor())


@blueprint.post("")
def choose() -> ResponseReturnValue:
    """Keep the channels, the digest's hour and the quiet hours."""
    form, actor = request.form, current_actor()
    try:
        wishes.choose(
            actor,
            channels={importance: form.getlist(importance) for importance in IMPORTANCES},
            normal_in_digest=form.get("normal_in_digest") == "yes",
            digest_hour=form.get("digest_hour", type=whole_number),
            quiet_from=_minutes("quiet_from"),
            quiet_to=_minutes("quiet_to"),
        )
    except InvalidAnswers as refusal:
        return _refused(actor, "wishes", refusal)
    return _done(_("已保存。"))


@blueprint.post("/phone")
def ask_phone() -> ResponseReturnValue:
    """Send a code to a phone."""
    actor = current_actor()
    try:
        wishes.ask_phone(actor, phone=request.form.get("phone", ""))
    except REFUSALS as refusal:
        return _refused(actor, "phone", refusal)
    return _done(_("验证码已发送，10分钟内有效。"), "phone")


@blueprint.post("/phone/prove")
def prove_phone() -> ResponseReturnValue:
    """Take the phone, if the code is right."""
    actor = current_actor()
    if wishes.prove_phone(actor, code=request.form.get("code", "")):
        return _done(_("手机已验证。"), "phone")
    return _refused(actor, "phone", InvalidAnswers({"code": [wishes.BAD_CODE]}))


@blueprint.post("/phone/forget")
def forget_phone() -> ResponseReturnValue:
    """Send no SMS any more."""
    wishes.forget_phone(current_actor())
    return _done(_("手机已移除。"), "phone")


@blueprint.post("/substitutes")
def name_substitute() -> ResponseReturnValue:
    """Name who does the work while one is away."""
    form, actor = request.form, current_actor()
    organization, _colon, absent = form.get("post", "").partition(":")
    try:
        begins_on, ends_on = days_of_form("begins_on", "ends_on")
        substitutes.name_substitute(
            actor,
            organization_id=_number(organization),
            absent_id=_number(absent) or None,
            substitute_id=number("substitute_id"),
            period=Period(begins_on, ends_on, form.get("reason", "")),
        )
    except REFUSALS as refusal:
        return _refused(actor, "substitute", refusal)
    return _done(_("代理安排已保存。"), "substitutes")


@blueprint.post("/substitutes/<int:substitution_id>/revoke")
def revoke_substitute(substitution_id: int) -> ResponseReturnValue:
    """End a substitution."""
    substitutes.revoke_substitute(current_actor(), substitution_id)
    return _done(_("代理已结束。"), "substitutes")


@blueprint.post("/feed")
def make_feed() -> ResponseReturnValue:
    """Open a calendar feed; its address is shown once, here."""
    actor = current_actor()
    secret = feeds.make_feed(actor)
    return _page(actor, feed_address=address(url_for("calendar_feed.calendar", secret=secret)))


@blueprint.post("/feed/revoke")
def revoke_feed() -> ResponseReturnValue:
    """Close the calendar feed."""
    feeds.revoke_feed(current_actor())
    return _done(_("日历订阅已关闭，原地址立即失效。"), "feed")


def _done(sentence: str, anchor: str = "") -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(url_for("notification_settings.page", _anchor=anchor or None))


def _refused(actor: Actor, part: str, refusal: DomainError) -> ResponseReturnValue:
    status = UNFIT if isinstance(refusal, InvalidAnswers) else status_of(type(refusal))
    return _page(actor, part=part, form=refused_form(refusal)), status


def _minutes(name: str) -> int | None:
    found = TIME.fullmatch(request.form.get(name, "").strip())
    return int(found[1]) * 60 + int(found[2]) if found else None


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else 0


def days_of_form(*names: str) -> list[dt.date]:
    """These days of the form; raises InvalidAnswers for what is no day."""
    found, errors = [], {}
    for name in names:
        try:
            found.append(dt.date.fromisoformat(request.form.get(name, "").strip()))
        except ValueError:
            errors[name] = [_("请填写日期。")]
    if errors:
        raise InvalidAnswers(errors)
    return found


def _page(actor: Actor, *, part: str = "", form: Form | None = None, feed_address: str = "") -> str:
    """The page; `form` is what a refused part of it shows again."""
    kept = wishes.wishes_of(actor)
    refused = form or EMPTY_FORM
    typed = refused["typed"] if part == "wishes" else None
    shown = {
        "part": part,
        "errors": refused["errors"],
        "faults": refused["faults"],
        "typed": refused["typed"],
        "wishes": _shown(kept) if typed is None else _shown_again(),
        "ways": _ways(kept),
        "hours": [{"value": str(hour), "label": f"{hour:02}:00"} for hour in range(24)],
        "phone": kept.phone,
        "asked": wishes.phone_asked(actor),
        "substitutions": standing_in.substitutions(actor),
        "posts": _posts(actor),
        "colleagues": _colleagues(actor),
        "me": actor.user_id,
        "feed": feeds.feed_of(actor),
        "feed_address": feed_address,
    }
    return render_template("account/notifications.html", page=shown)


def _ways(kept: Wishes) -> list[dict[str, str]]:
    sms = _("短信") if kept.phone else _("短信（先验证手机）")
    return [
        {"value": "email", "label": _("邮件")},
        {"value": "sms", "label": sms},
        {"value": "chat", "label": _("单位工作群")},
    ]


def _shown(kept: Wishes) -> Form:
    return {
        "urgent": kept.urgent.split(","),
        "normal": kept.normal.split(","),
        "minor": kept.minor.split(","),
        "normal_in_digest": kept.normal_in_digest,
        "digest_hour": str(kept.digest_hour),
        "quiet_from": _clock(kept.quiet_from),
        "quiet_to": _clock(kept.quiet_to),
    }


def _shown_again() -> Form:
    """What was typed, after a refusal."""
    form = request.form
    return {
        **{importance: form.getlist(importance) for importance in IMPORTANCES},
        "normal_in_digest": form.get("normal_in_digest") == "yes",
        **{name: form.get(name, "") for name in ("digest_hour", "quiet_from", "quiet_to")},
    }


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _posts(actor: Actor) -> list[dict[str, str]]:
    return [
        {
            "value": f"{post.organization_id}:{post.absent_id}",
            "label": _("本人（%(unit)s）", unit=post.organization)
            if post.absent_id == actor.user_id
            else _("%(name)s（%(place)s）", name=post.absent, place=post.organization),
        }
        for post in standing_in.posts(actor)
    ]


def _colleagues(actor: Actor) -> list[Form]:
    """Who may be chosen, by organization."""
    groups: dict[str, dict[str, str]] = {}
    for post in standing_in.posts(actor):
        for user_id, name in post.colleagues:
            groups.setdefault(post.organization, {})[str(user_id)] = name
    return [
        {"group": organization, "items": [{"value": id_, "label": name} for id_, name in people.items()]}
        for organization, people in groups.items()
    ]
