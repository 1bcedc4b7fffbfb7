"""Plans of supervision as their pages take them: matters with their progress, versions, what suggestions point to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.definitions.catalogue import current_all
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.planning.mining import Concentration, Source
from engine.planning.plans import ADOPTS, CHANNELS, DROPPED, MAY_PROPOSE, MONTHS, organs, plannable
from engine.planning.readings import Matter, PlanPage, PublicPlan, may_read
from models import PlanVersion
from webui.days import english
from webui.language import day, language
from webui.presenting.rows import stage_title, status_title
from webui.presenting.words import said

Shown = dict[str, Any]
Choice = dict[str, Any]


def plan_shown(page: PlanPage, actor: Actor) -> Shown:
    """Everything the page of a plan shows."""
    kinds = kind_titles(actor.congress_id)
    return {
        "year": page.year,
        "matters": [matter_shown(each, page.year, kinds) for each in page.matters],
        "versions": [_version(each) for each in page.versions],
        "waiting": page.waiting,
        "may_propose": bool(actor.roles.intersection(MAY_PROPOSE)),
        "may_adopt": ADOPTS in actor.roles,
        "topics_href": url_for("planning.topics", year=page.year),
        "choices": choices(actor),
        "public_href": url_for("public_site.plan", year=page.year) if page.versions else "",
    }


def kind_titles(congress_id: int) -> dict[str, str]:
    """What each kind of work is called."""
    return {each.folder.key: each.folder.title.in_(language()) for each in current_all(congress_id)}


def public_kinds(plan: PublicPlan) -> dict[str, str]:
    """What each kind of work is called in the congress whose plan it is."""
    return kind_titles(plan.congress_id)


def choices(actor: Actor) -> dict[str, list[Choice]]:
    """What a matter's form has to choose from."""
    own = {id_ for id_ in organs(actor.congress_id) if ADOPTS in actor.roles or id_ in actor.organization_ids}
    return {
        "channel": [{"value": key, "label": words.in_(language())} for key, words in CHANNELS.items()],
        "process_key": [
            {"value": each.folder.key, "label": each.folder.title.in_(language())}
            for each in plannable(actor.congress_id)
        ],
        "organ_id": [
            {"value": str(id_), "label": name}
            for id_, name in organs(actor.congress_id).items()
            if id_ in own
        ],
        "month": [{"value": str(month), "label": month_said(month)} for month in MONTHS],
    }


def month_said(month: int) -> str:
    """A month of the plan's year: 5月, May."""
    return f"{dt.date(2000, month, 1):%B}" if english() else f"{month}月"


def matter_shown(matter: Matter, year: int, kinds: Mapping[str, str]) -> Shown:
    """A matter, with how far it has come."""
    item = matter.item
    return {
        "id": item.id,
        "title": item.title,
        "kind": kinds.get(item.process_key, item.process_key),
        "channel": said(CHANNELS, item.channel),
        "month": month_said(item.month),
        "organ": matter.organ,
        "grounds": item.grounds,
        "reason": item.reason,
        "dropped": item.status == DROPPED,
        "adopted": matter.adopted,
        "changed": matter.changed,
        "from": len(item.sources.get("cases", ())),
        "progress": _progress(matter),
        "late": _late(matter, year),
        "case_href": url_for("cases.page", case_id=matter.case_id) if matter.case_id else "",
        "number": matter.number or "",
        "href": url_for("planning.matter", year=year, item_id=item.id),
        "may_change": matter.may_change,
        "may_open": matter.may_open,
        "typed": {
            "title": item.title,
            "grounds": item.grounds,
            "channel": item.channel,
            "process_key": item.process_key,
            "organ_id": str(item.organ_id),
            "month": str(item.month),
        },
    }


def _late(matter: Matter, year: int) -> bool:
    """Its month is over, and no case was opened."""
    item, today = matter.item, clock.today()
    waiting = matter.adopted and item.status != DROPPED and item.case_id is None
    return waiting and (year, item.month) < (today.year, today.month)


def _progress(matter: Matter) -> str:
    if matter.folder is None:
        return _("未立案")
    if matter.status == "open":
        return stage_title(matter.folder, matter.stage)
    return status_title(matter.status)


def _version(version: PlanVersion) -> Shown:
    return {
        "number": version.number,
        "council": version.council,
        "on": day(version.decided_on),
        "reason": version.reason,
        "count": len(version.content["items"]),
    }


def topics_shown(year: int, groups: Sequence[Concentration], matters: Sequence[Matter]) -> Shown:
    """What the suggestions of the year before concentrate on, and which of it the plan has taken up."""
    return {"year": year, "groups": [_group(each, year, matters) for each in groups]}


def _group(group: Concentration, year: int, matters: Sequence[Matter]) -> Shown:
    numbers = set(group.numbers)
    return {
        "key": group.key,
        "title": group.sources[0].title,
        "categories": [words.in_(language()) for words in group.categories],
        "phrases": group.phrases,
        "count": len(group.sources),
        "sources": [source_shown(each) for each in group.sources],
        "taken": [
            {"title": each.item.title, "href": url_for("planning.matter", year=year, item_id=each.item.id)}
            for each in matters
            if each.item.status != DROPPED and numbers.intersection(each.item.sources.get("cases", ()))
        ],
        "href": url_for("planning.page", year=year, group=group.key, _anchor="propose"),
    }


def source_shown(source: Source) -> Shown:
    """A suggestion that something rests on."""
    href = url_for("cases.page", case_id=source.case_id) if source.open else ""
    return {"number": source.number, "title": source.title, "href": href}


def from_group(group: Concentration) -> Shown:
    """The form of a matter that a concentration of suggestions leads to."""
    number = len(group.sources)
    grounds = _("上一年有%(number)s件代表建议集中反映：", number=number) + _("；").join(
        f"{source.number} {source.title}" for source in group.sources
    )
    return {
        "title": group.sources[0].title,
        "channel": "deputies",
        "grounds": grounds,
        "cases": group.numbers,
    }


def planned_line(actor: Actor, planned: tuple[int, str] | None) -> list[Shown]:
    """The plan that a case comes from, as a line beside its related cases."""
    if planned is None or not may_read(actor):
        return []
    year, title = planned
    return [
        {
            "kind": _("年度监督工作计划"),
            "number": str(year),
            "title": title,
            "status": "",
            "href": url_for("planning.page", year=year),
        }
    ]


STAGES = {
    "planned": ("计划中", "Planned"),
    "begun": ("进行中", "Begun"),
    "done": ("已办结", "Done"),
    "ended": ("已终止", "Ended early"),
}


def public_shown(plan: PublicPlan, kinds: Mapping[str, str], address: Callable[..., str]) -> Shown:
    """A plan as anybody reads it; what came of a matter is a link away once it is published."""
    at = 1 if language() == "en" else 0
    return {
        "congress": plan.congress,
        "year": plan.year,
        "versions": [_version(each) for each in plan.versions],
        "items": [
            {
                "title": each["title"],
                "kind": kinds.get(each["process_key"], each["process_key"]),
                "channel": said(CHANNELS, each["channel"]),
                "month": month_said(each["month"]),
                "organ": each["organ"],
                "stage": STAGES[plan.stages.get(each["id"], "planned")][at],
                "href": address("public_site.case", public_id=plan.published[each["id"]])
                if each["id"] in plan.published
                else "",
            }
            for each in plan.versions[0].content["items"]
        ],
    }
