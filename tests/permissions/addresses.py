"""Addresses of every route, filled in with things that are there, and those who ask for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import Rule

from models import Assignment, Notification, Task, db
from tests.permissions.scene import Scene, proposed
from tests.support.cast import PASSWORD
from tests.support.journey import Journey
from tests.support.web import Visitor
from tests.webui.visitors import signed_in

METHODS = ("GET", "POST")


@dataclass(frozen=True)
class Address:
    """One way to ask for one route."""

    endpoint: str
    method: str
    where: str
    names_a_thing: bool
    form: tuple[tuple[str, str], ...] = ()

    @property
    def wanting(self) -> bool:
        """Whether it is sent without what it should say."""
        return self.method == "POST" and not self.form and self.endpoint in FORMS


YEAR = {"year": "2027", "source": "国办通知", "text": "2027-05-06,休,劳动节"}
DAY = {"day": "2027-05-06", "kind": "restday", "name": "劳动节"}
# An empty form is sent everywhere; this too, where whoever is let in would be sent away with an empty one, as it names
# something that is not there, or where the right was once asked after the form.
FORMS: dict[str, dict[str, str]] = {
    "calendars.make": {**DAY, **YEAR},
    "calendars.preview": {**DAY, **YEAR},
    "commitments.rate": {"fulfilled": "yes"},
    "tasks.delegate": {"to": "{slt_clerk}"},
    "similar.take_unit": {"take": "{unit_id}"},
    "administration_users.grant": {"organization_id": "{organization_id}", "role": "head"},
    "process_drafts.begin": {"definition_id": "{active_id}", "name": "另一稿"},
    "migrations.plan": {"from": "{active_id}", "to": "{other_id}"},
}
# The last part of an address that says what is to be done: each is asked for.
DOINGS = {
    "calendars.make": ("day", "confirmation", "import"),
    "calendars.preview": ("day", "confirmation", "import"),
    "operations.treat": ("retry", "note", "resolve"),
    "operations.halt": ("suspend", "resume"),
    "plans.decide": ("apply", "discard"),
    "versions.change": ("activate", "retire", "suspend", "resume"),
    "process_drafts.change": ("propose", "approve", "return", "discard"),
    "migrations.change": ("start", "cancel", "again"),
}

# The rooms of addresses whose drafts are of processes, not of rule packs.
PROCESS_DRAFTS = ("process_drafts", "process_draft_files", "process_editor", "process_tryout")
PROCESS_DRAFTS += ("process_forms", "process_settings", "process_lists", "comparisons")


def filled_in(scene: Scene, handling: Journey, waiting: Journey) -> dict[str, Any]:
    """A value for each variable part of an address: of a part, of one room's, or of one endpoint's alone."""
    drafting, assigning = handling.task("draft_reply").id, waiting.task("assign").id
    part = db.session.scalars(sa.select(Assignment.id).where(Assignment.case_id == handling.case_id)).one()
    evaluated = sa.select(Task.id).where(Task.case_id == scene.case_id, Task.node == "evaluate")
    message = sa.select(Notification.id).where(Notification.channel == "in_app")
    draft, organizations = scene.draft_id, scene.cast.organizations
    running = scene.running
    ids = {
        name: getattr(there, name)
        for there in (running, scene)  # the closed case is what case_id is, but for the rooms below
        for name in there.__dataclass_fields__
        if name.endswith("_id")
    }
    return ids | {
        "slt_clerk": scene.cast.users["slt_clerk"],
        "draft_id": scene.draft_pack_id,
        **dict.fromkeys((f"{room} draft_id" for room in PROCESS_DRAFTS), running.process_draft_id),
        "path": "process.toml",
        "decision_id": proposed(scene),
        **dict.fromkeys(("operations case_id", "plans case_id"), running.case_id),
        "definition_id": running.other_id,
        "operations.find query": f"?number={running.case_id}",
        "migrations.compare query": f"?from={running.active_id}&to={running.other_id}",
        "comparisons.page query": f"?from={running.active_id}&to={running.other_id}",
        "process_forms name": "urge",
        "process_lists name": "stage",
        "process_settings kind": "task",
        "process_settings key": "sign_for",
        **dict.fromkeys(("actions case_id", "actions_bulk case_id", "contacts case_id"), handling.case_id),
        **dict.fromkeys(("cosigning case_id", "draft_people case_id", "drafting case_id"), draft),
        "similar case_id": draft,
        "actions.page query": f"?assignment={part}",
        "actions.do query": f"?assignment={part}",
        "task_id": drafting,
        "similar task_id": assigning,
        "desk item_id": assigning,
        "budget year": 2026,
        "planning year": 2026,
        "planning item_id": scene.plan_item_id,
        "budget month": 1,
        "evaluating task_id": db.session.scalars(evaluated).one(),
        "message_id": db.session.scalars(message.limit(1)).one(),
        "user_id": scene.cast.users["jyt_clerk"],
        "deputy_id": scene.cast.deputies["deputy4"],
        "organization_id": organizations["jyt"],
        "unit_id": organizations["slt"],
        "desk key": "assign",
        "actions key": "urge",
        "actions_bulk key": "urge",
        "statistics key": "in_time_share",
        "document_templates key": "suggestion_paper",
        "documents.of_case key": "suggestion_paper",
        "documents.of_case subject_id": scene.case_id,
        "documents.of_congress key": "assignment_list",
        "statistics.behind query": "?indicator=in_time_share",
        "forecast.behind query": f"?unit={organizations['slt']}",
        "sandbox.export query": "?since=2026-01-01&until=2026-02-01",
        "kind": "suggestion",
        "administration_events kind": "csv",
        "administration_trail kind": "xlsx",
        "entry_id": scene.change_id,
        "format": "docx",
        "version": 1,
        "process_key": "suggestion",
        "year": 2026,
    }


def addresses(app: Flask, values: dict[str, Any], without: set[str]) -> Iterator[Address]:
    """Every route but those, once for each method it takes, each thing it does and each form that is sent to it."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint in without:
            continue
        filled = tuple((name, text.format(**values)) for name, text in FORMS.get(rule.endpoint, {}).items())
        for method in sorted(rule.methods.intersection(METHODS) if rule.methods else ()):
            for doing in DOINGS.get(rule.endpoint, ("",)):
                where = _built(rule, {**values, "what": doing})
                for form in dict.fromkeys(((), filled if method == "POST" else ())):
                    yield Address(rule.endpoint, method, where, _names_a_thing(rule), form)


def _built(rule: Rule, values: dict[str, Any]) -> str:
    room = rule.endpoint.partition(".")[0]
    arguments = {}
    for name in rule.arguments:
        keys = [key for key in (f"{rule.endpoint} {name}", f"{room} {name}", name) if key in values]
        assert keys, f"say what {name} is in {rule.rule}"
        arguments[name] = values[keys[0]]
    built = rule.build(arguments)
    assert built is not None, rule
    return built[1] + str(values.get(f"{rule.endpoint} query", ""))


def _names_a_thing(rule: Rule) -> bool:
    """Whether the address names something that belongs to one congress."""
    return any(name.endswith("_id") for name in rule.arguments)


def visitors(app: Flask, names: list[str]) -> dict[str, Visitor]:
    """These people, signed in; `foreign …` are of the other congress."""
    return {
        name: signed_in(
            app, f"{name.removeprefix('foreign ')}@{'15' if 'foreign' in name else '14'}", PASSWORD
        )
        for name in names
    }
