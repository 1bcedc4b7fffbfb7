"""The inbox: what waits for me, what I have done, what I started and what I follow."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.casework.bulk import complete_in_bulk
from engine.casework.readings import inbox, inbox_counts
from engine.definitions.catalogue import current_all
from engine.foundation.actor import Actor
from engine.people.roles import ADMINISTRATORS, WITHOUT_DESK
from engine.publication.desk import late, may_publish
from webui import shell
from webui.addresses import whole_number
from webui.language import language, translate_refusal
from webui.presenting.kinds import begin_links
from webui.presenting.legal import legal_bases
from webui.presenting.publication import late_figures
from webui.presenting.rows import case_line, task_line
from webui.presenting.steps import steps_of
from webui.shell import Entry
from webui.sign_in import current_actor

blueprint = Blueprint("inbox", __name__)
PARTS = ("process", "node", "due", "q", "mine")


def works_here(actor: Actor) -> bool:
    """Whether tasks may come to this person at a desk."""
    return bool(actor.roles - ADMINISTRATORS - WITHOUT_DESK)


def counted(actor: Actor) -> inbox_counts.Counts:
    """The badges, counted once for a page."""
    if "inbox_counts" not in g:
        g.inbox_counts = inbox_counts.counts(actor)
    counts: inbox_counts.Counts = g.inbox_counts
    return counts


ENTRIES = (
    Entry(
        ("待办", "To do"), "inbox.page", works_here, 10, key="g i", count=lambda actor: counted(actor).todo
    ),
)


@blueprint.get("/inbox")
def page() -> ResponseReturnValue:
    """One of the four lists, a page of it, as the address says."""
    actor = current_actor()
    tab = request.args.get("tab", "todo")
    tab = tab if tab in inbox.TABS else "todo"
    filters = _filters()
    listed = _listed(actor, tab, filters)
    tasks = tab in ("todo", "done")
    lines = [task_line(row, actor) if tasks else case_line(row, actor) for row in listed.rows]
    shell.beside(_beside(actor, tab))
    shown = {
        "title": _("待办"),
        "figures": _figures(actor) if tab == "todo" else [],
        "tabs": _tabs(actor, tab),
        "tab": tab,
        "filters": _filter_form(actor, tab),
        "chips": _chips(actor),
        "clear_href": url_for("inbox.page", tab=tab),
        "begin": begin_links(actor),
        "kind": "tasks" if tasks else "cases",
        "lines": lines,
        "pages": _pages(listed, tab),
        "bulk": tab == "todo" and any(line["pickable"] for line in lines),
        "bases": legal_bases(each for line in lines if line.get("pickable") for each in line["bases"]),
        "empty": None if lines else _empty(actor, tab, filters),
    }
    return render_template("pages/inbox.html", page=shown)


@blueprint.post("/inbox/bulk")
def bulk() -> ResponseReturnValue:
    """Sign for the ticked tasks; the answer itself lists what was done, and sending it again does no harm."""
    ids = request.form.getlist("task", type=whole_number)
    lines = complete_in_bulk(current_actor(), task_ids=ids)
    shown = {
        "done": [line for line in lines if line.refusal is None],
        "skipped": [(line, translate_refusal(line.refusal)) for line in lines if line.refusal is not None],
    }
    return render_template("pages/bulk.html", page=shown)


# What is listed


def _filters() -> inbox.Filters:
    args = request.args
    return inbox.Filters(
        process_key=args.get("process", ""),
        node=args.get("node", ""),
        due=args.get("due", ""),
        text=args.get("q", "").strip()[:100],
        mine=args.get("mine") == "1",
    )


def _listed(actor: Actor, tab: str, filters: inbox.Filters) -> inbox.Page:
    moment, last = _key()
    if tab == "todo":
        return inbox.todo(actor, filters, _after(dt.date.fromisoformat, moment, last))
    if tab == "done":
        return inbox.done(actor, filters, _after(dt.datetime.fromisoformat, moment, last))
    listing = inbox.started if tab == "started" else inbox.watched
    return listing(actor, filters, last or None)


def _key() -> tuple[str, int]:
    """The key of the last line before this page: «2026-05-06_123»; a spoilt one begins anew."""
    moment, __, last = request.args.get("after", "").rpartition("_")
    return moment, int(last) if last.isascii() and last.isdigit() and len(last) < 19 else 0


def _after(read: Any, moment: str, last: int) -> tuple[Any, int] | None:
    try:
        return (read(moment), last) if last else None
    except ValueError:
        return None


# What stands around it


def _here(**changes: Any) -> str:
    """This list with some of its conditions changed; a changed condition begins at the first page."""
    kept: dict[str, Any] = {name: request.args[name] for name in ("tab", *PARTS) if request.args.get(name)}
    wanted = {name: value for name, value in {**kept, **changes}.items() if value}
    return url_for("inbox.page", **wanted)


def _pages(listed: inbox.Page, tab: str) -> dict[str, Any]:
    following = "_".join(map(str, listed.next)) if listed.next else ""
    return {
        "text": _("本页%(count)s条", count=len(listed.rows)),
        "first_href": _here() if request.args.get("after") else "",
        "next_href": _here(after=following) if following else "",
    }


def _tabs(actor: Actor, tab: str) -> list[dict[str, Any]]:
    counts = counted(actor)
    titles = {"todo": _("待办"), "done": _("已办"), "started": _("我发起"), "watched": _("我关注")}
    shown = {"todo": counts.todo, "watched": counts.watched}
    return [
        {
            "label": titles[key],
            "href": url_for("inbox.page", tab=key if key != "todo" else None),
            "count": capped(shown[key]) if key in shown else None,
            "current": key == tab,
        }
        for key in inbox.TABS
    ]


def capped(count: int) -> str:
    """A count as a badge; beyond the cap nobody counts on."""
    return f"{inbox.COUNT_CAP - 1}+" if count >= inbox.COUNT_CAP else str(count)


def _figures(actor: Actor) -> list[dict[str, Any]]:
    counts = counted(actor)
    return [
        {"label": _("待办"), "value": capped(counts.todo), "href": url_for("inbox.page")},
        {
            "label": _("超期"),
            "value": capped(counts.overdue),
            "href": url_for("inbox.page", due="overdue"),
            "kind": "overdue" if counts.overdue else "",
        },
        {
            "label": _("七日内到期"),
            "value": capped(counts.soon),
            "href": url_for("inbox.page", due="week"),
            "kind": "soon" if counts.soon else "",
        },
        *late_figures(late(actor) if may_publish(actor) else 0),
        {"label": _("我关注"), "value": capped(counts.watched), "href": url_for("inbox.page", tab="watched")},
    ]


def _beside(actor: Actor, tab: str) -> list[dict[str, Any]]:
    counts, args = counted(actor), request.args
    plain = tab == "todo" and not any(args.get(name) for name in PARTS)

    def item(label: str, count: int | None = None, lamp: str = "", **wanted: str) -> dict[str, Any]:
        current = tab == "todo" and bool(wanted) and all(args.get(key) == is_ for key, is_ in wanted.items())
        href = url_for("inbox.page", **dict[str, Any](wanted))
        shown = {"label": label, "href": href, "lamp": lamp, "current": current}
        return shown if count is None else {**shown, "count": capped(count)}

    mine = [
        {**item(_("全部待办"), counts.todo), "current": plain},
        item(_("超期"), counts.overdue, "overdue", due="overdue"),
        item(_("七日内到期"), counts.soon, "soon", due="week"),
        item(_("我已领取"), mine="1"),
    ]
    # Beyond the cap not every step may be among them.
    at_hand = inbox_counts.by_step(actor) if counts.todo < inbox.COUNT_CAP else None
    steps = [
        item(title, None if at_hand is None else sum(at_hand[node].values()), node=node)
        for node, title in steps_of(actor, at_hand).items()
    ]
    groups = [{"title": _("待办"), "items": mine}]
    return [*groups, {"title": _("按环节"), "items": steps}] if len(steps) > 1 else groups


def _dues() -> dict[str, str]:
    return {"overdue": _("超期"), "today": _("今天到期"), "week": _("七日内到期"), "none": _("无期限")}


def _processes() -> dict[str, str]:
    return {each.folder.key: each.folder.title.in_(language()) for each in current_all()}


def _filter_form(actor: Actor, tab: str) -> dict[str, Any]:
    processes = _processes()
    tasks = tab in ("todo", "done")
    selects = [
        ("process", _("类型"), processes if len(processes) > 1 else {}),
        ("node", _("环节"), steps_of(actor) if tasks else {}),
        ("due", _("期限"), _dues() if tab == "todo" else {}),
    ]
    return {
        "action": url_for("inbox.page"),
        "tab": tab,
        "selects": [
            {
                "name": name,
                "label": label,
                "choices": [{"value": key, "label": title} for key, title in choices.items()],
                "value": request.args.get(name, ""),
            }
            for name, label, choices in selects
            if choices
        ],
        "text": request.args.get("q", ""),
        "tick": {"name": "mine", "label": _("只看我已领取的"), "on": request.args.get("mine") == "1"}
        if tab == "todo"
        else None,
    }


def _chips(actor: Actor) -> list[dict[str, str]]:
    titles = {"process": _processes(), "node": steps_of(actor), "due": _dues(), "mine": {"1": _("我已领取")}}
    names = {"process": _("类型"), "node": _("环节"), "due": _("期限"), "q": _("含有"), "mine": _("领取")}
    chips = []
    for name in PARTS:
        value = request.args.get(name, "")
        if value:
            title = titles.get(name, {}).get(value, value)
            label = _("%(label)s：%(text)s", label=names[name], text=title)
            chips.append({"label": label, "remove_href": _here(**{name: ""})})
    return chips


def _empty(actor: Actor, tab: str, filters: inbox.Filters) -> dict[str, Any]:
    if filters != inbox.Filters():
        found = {"kind": "filtered", "title": _("没有符合条件的件"), "action": _("清除筛选")}
        return {**found, "text": _("换一个条件试试。"), "href": url_for("inbox.page", tab=tab)}
    if tab == "todo" and inbox.done(actor, filters).rows:
        text = _("新的工作到来时会出现在这里，也会在消息里告诉您。")
        done = {"href": url_for("inbox.page", tab="done"), "action": _("看看已办的")}
        return {"kind": "all_done", "title": _("今日待办已清零"), "text": text, **done}
    texts = {
        "todo": (_("还没有待办"), _("轮到您或者您单位办理的件会出现在这里，最先到期的排在最前。")),
        "done": (_("还没有办过的件"), _("您办完的每一步都会记在这里。")),
        "started": (_("还没有由您发起的件"), _("由您录入或者领衔提出的件会出现在这里。")),
        "watched": (_("还没有关注的件"), _("在案件页按“关注”，就能在这里随时看到它走到了哪一步。")),
    }
    title, text = texts[tab]
    return {"kind": "new", "title": title, "text": text}
