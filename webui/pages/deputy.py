"""The deputy's own pages: what waits for him, and his matters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from engine.casework.groups import JoinedCase
from engine.casework.readings.deputy_home import (
    EVALUATING,
    NO_DUE_DATE,
    PAGE,
    STANDINGS,
    DeputyHome,
    OwnCase,
    deputy_home,
    own_cases,
)
from engine.casework.readings.inbox import InboxRow
from engine.commitments.ledger import owed_to
from engine.definitions.catalogue import current, definition
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import NotAllowed
from webui.addresses import case_address, whole_number
from webui.language import day, day_short, english, language
from webui.presenting.commitments import rating_call
from webui.presenting.dues import Due, due_of
from webui.presenting.places import task_address
from webui.presenting.words import by_whom
from webui.shell import Entry
from webui.sign_in import current_actor

blueprint = Blueprint("deputy", __name__, url_prefix="/deputy")


def _is_deputy(actor: Actor) -> bool:
    return "deputy" in actor.roles


ENTRIES = (
    Entry(("首页", "Home"), "deputy.home", _is_deputy, 1, icon="home"),
    Entry(("建议", "Mine"), "deputy.own", _is_deputy, 2, icon="list"),
    Entry(("消息", "Messages"), "messages.page", _is_deputy, 3, icon="bell"),
    Entry(("我", "Me"), "account.overview", _is_deputy, 4, icon="person"),
)
ByKind = Mapping[str, Mapping[str, int]]  # kind of work → standing → how many
WEEKDAYS = {
    "zh": ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


def standing_words() -> dict[str, str]:
    """How a matter stands, in a deputy's words."""
    return {
        "draft": _("起草中"),
        "handling": _("办理中"),
        "replied": _("已答复，待评价"),
        "closed": _("已办结"),
        "declined": _("不予受理"),
        "withdrawn": _("已撤回"),
    }


def deputy_only() -> Actor:
    """The signed-in deputy; NotAllowed for anybody else."""
    actor = current_actor()
    if not _is_deputy(actor):
        raise NotAllowed
    return actor


@blueprint.get("")
def home() -> ResponseReturnValue:
    """What waits for the deputy, and the ways on from here."""
    actor = deputy_only()
    found = deputy_home(actor)
    page = {
        "greeting": _("%(name)s，您好", name=actor.name),
        "day_text": _today_in_words(),
        "calls": [*_calls(found, actor), *rating_call(actor)],
        "cards": [*_cards(found), _promises(actor)],
        "progress": [case_line(each, actor) for each in found.latest],
    }
    return render_template("pages/deputy_home.html", page=page)


def _calls(found: DeputyHome, actor: Actor) -> list[dict[str, Any]]:
    """Replies to evaluate as one call, then texts to co-sign."""
    replies = [row for row in found.waiting if _act(row) in EVALUATING]
    calls = []
    if replies:
        first, *others = replies
        calls.append(
            {
                "title": ngettext("您有 %(num)s 件需要评价", "您有 %(num)s 件需要评价", len(replies)),
                "subject": first.title,
                "text": _answered(first),
                "due": _if_pressing(due_of(first.due_on, actor.congress_id)),
                "href": _evaluation_address(first),
                "action": _("现在评价"),
                "others": [_other(row) for row in others],
            }
        )
    if found.invited:
        calls.append(
            {
                "title": ngettext("有 %(num)s 件请您联名", "有 %(num)s 件请您联名", found.invited),
                "text": _("请先看内容，再决定是否联名。"),
                "href": url_for("cosigning.overview"),
                "action": _("去看看"),
            }
        )
    return calls


def _answered(row: InboxRow) -> str:
    unit = row.unit or by_whom(row.sent_by)
    if row.due_on == NO_DUE_DATE:
        return str(_("%(unit)s已经答复。", unit=unit))
    return str(_("%(unit)s已经答复，请在%(day)s以前评价。", unit=unit, day=day_short(row.due_on)))


def _if_pressing(due: Due | None) -> Due | None:
    """A lamp only where time is short or over: the sentence already names the day."""
    return due if due and due["state"] in ("soon", "overdue") else None


def _other(row: InboxRow) -> dict[str, str]:
    return {"title": row.title, "href": _evaluation_address(row)}


def _evaluation_address(row: InboxRow) -> str:
    return task_address(_act(row), task_id=row.task_id, case_id=row.case_id)


def _act(row: InboxRow) -> str:
    return definition(row.definition_id).tasks[row.node].act


def _cards(found: DeputyHome) -> list[dict[str, Any]]:
    cards: list[dict[str, Any]] = [_joined(each) for each in found.joined]
    cards += [
        {
            "title": each.folder.open_verb.in_(language()),
            "href": url_for("drafting.start", process_key=each.folder.key),
            "icon": "pen",
            "text": each.folder.summary.in_(language()),
        }
        for each in found.may_open
    ]
    if drafts := sum(counts["draft"] for counts in found.standings.values()):
        cards.append(
            {
                "title": _("接着写"),
                "href": url_for("deputy.own", standing="draft"),
                "icon": "file",
                "count": drafts,
                "text": _("没写完的都替您存着"),
            }
        )
    sign = {"title": _("请我联名"), "href": url_for("cosigning.overview"), "icon": "sign"}
    return [*cards, *_own_cards(found), {**sign, "count": found.invited}]


def _own_cards(found: DeputyHome) -> list[dict[str, Any]]:
    """A card for each kind of work that he has matters of, under its own name; one for all while there are none."""
    if not found.standings:
        return [
            {"title": _("我的事项"), "href": url_for("deputy.own"), "icon": "list", "count": 0, "text": ""}
        ]
    words = standing_words()
    return [
        {
            "title": own_title(kind),
            "href": url_for("deputy.own", process=kind),
            "icon": "list",
            "count": sum(counts.values()),
            "text": " · ".join(
                f"{words[name]} {counts[name]}" for name in STANDINGS if name != "draft" and counts[name]
            ),
        }
        for kind, counts in found.standings.items()
    ]


def own_title(kind: str) -> str:
    """What a deputy calls his matters of a kind of work."""
    folder = current(kind).folder
    if "own" in folder.words:
        return folder.words["own"].in_(language())
    return str(_("我的%(kind)s", kind=folder.title.in_(language())))


def _joined(case: JoinedCase) -> dict[str, Any]:
    """A case that he was asked to work on with others, such as an inspection."""
    folder = definition(case.definition_id)
    kind, stage = folder.title.in_(language()), folder.stage(case.stage).title.in_(language())
    text = _("您参加的%(kind)s · %(stage)s", kind=kind, stage=stage)
    return {"title": case.title, "href": case_address(case.case_id), "icon": "camera", "text": text}


def _promises(actor: Actor) -> dict[str, Any]:
    return {
        "title": _("承诺兑现"),
        "href": url_for("commitments.listing"),
        "icon": "tick",
        "count": owed_to(actor),
        "text": _("答复里承诺的事，办到哪一步"),
    }


def case_line(case: OwnCase, actor: Actor) -> dict[str, Any]:
    """One of the deputy's matters in a list."""
    folder = definition(case.definition_id)
    stage = folder.stage(case.stage).title.in_(language())
    standing = standing_words()[case.standing]
    is_draft = case.standing == "draft"
    href = url_for("drafting.write", case_id=case.case_id) if is_draft else case_address(case.case_id)
    return {
        "title": case.title or _("还没有标题"),
        "number": case.number,
        "href": href,
        "step": f"{standing} · {stage}" if case.standing == "handling" else standing,
        "due": due_of(case.due_on, actor.congress_id) if case.status == "open" else None,
        "day": case.created_at,
    }


@blueprint.get("/own")
def own() -> ResponseReturnValue:
    """The deputy's matters, of one standing if he chose it."""
    actor = deputy_only()
    standing, before = request.args.get("standing", ""), request.args.get("before", type=whole_number)
    standing = standing if standing in STANDINGS else ""
    by_kind = deputy_home(actor).standings
    kind = request.args.get("process", "")
    kind = kind if kind in by_kind else ""
    rows = own_cases(actor, standing, before, kind=kind)
    older = None
    if len(rows) > PAGE:
        older = _own_address(kind, standing, before=rows[PAGE - 1].case_id)
    page = {
        "title": own_title(kind) if kind else _("我的事项"),
        "kinds": _kind_choices(by_kind, kind),
        "choices": _standing_choices(by_kind, kind, standing),
        "cases": [case_line(each, actor) for each in rows[:PAGE]],
        "older": older,
    }
    return render_template("pages/deputy_own.html", page=page)


def _own_address(kind: str, standing: str = "", **more: Any) -> str:
    return url_for("deputy.own", process=kind or None, standing=standing or None, **more)


def _kind_choices(by_kind: ByKind, kind: str) -> list[dict[str, Any]]:
    """All matters and each kind of them; nothing to choose while there is only one."""
    if len(by_kind) < 2:
        return []
    counts = {"": sum(sum(each.values()) for each in by_kind.values())}
    counts |= {key: sum(each.values()) for key, each in by_kind.items()}
    return [
        {
            "label": own_title(key) if key else _("全部"),
            "count": count,
            "href": _own_address(key),
            "current": key == kind,
        }
        for key, count in counts.items()
    ]


def _standing_choices(by_kind: ByKind, kind: str, standing: str) -> list[dict[str, Any]]:
    """How the matters stand, of one kind or of all."""
    shown, words = [by_kind[kind]] if kind else list(by_kind.values()), standing_words()
    counts = {name: sum(each[name] for each in shown) for name in STANDINGS}
    labels = {"": _("全部")} | {name: words[name] for name in STANDINGS if counts[name]}
    return [
        {
            "label": label,
            "count": counts[name] if name else sum(counts.values()),
            "href": _own_address(kind, name),
            "current": name == standing,
        }
        for name, label in labels.items()
    ]


def _today_in_words() -> str:
    """2026年5月6日 星期三 / Wednesday, 6 May 2026."""
    today = clock.today()
    weekday = WEEKDAYS[language()][today.weekday()]
    return f"{weekday}, {day(today)}" if english() else f"{day(today)} {weekday}"
