"""What the editor of a draft lets choose, and what it is told of the files as they are being changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.capabilities import ACTS, ERRORS, FAILURES
from engine.casework.vocabulary import HAPPENINGS
from engine.deadlines.decided import in_force
from engine.definitions.rule_packs import shipped_articles
from engine.definitions.words import Words
from engine.designing.checking import conditions_of, decisions_of, diagram_of, placed, problems_of
from engine.designing.properties import (
    DEADLINES,
    PROCESS,
    clocks_of,
    listed_in,
    messages_of,
    names_of,
    tasks_of,
)
from engine.flow.decision_tasks import parts_of
from engine.flow.decisions import Decision
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.people.roles import ROLES
from webui.language import language, translate_sentence
from webui.presenting.process_drafts import problem_shown
from webui.presenting.words import said
from webui.words import processes as words
from webui.words.counting import length_in_words
from webui.words.editor import EDITOR

Shown = dict[str, Any]
Choice = dict[str, str]
SERVICE_FUNCTIONS = {"close_case": Words("办结案件", "Close the case")}


def choices_of(actor: Actor) -> dict[str, list[Choice]]:
    """What may be chosen for a property, whatever the files say."""
    locale = language()
    return {
        "act": [_choice(key, said(words.ACTS, key)) for key in ACTS],
        "role": [_choice(role.key, role.title(locale)) for role in ROLES.values()],
        "at": _choices(words.PLACES),
        "per": _choices(words.PER),
        "when": _choices(words.WHEN),
        "roles": _choices(words.ASSIGNMENT_ROLES),
        "basis": [_choice(key, key) for key in shipped_articles()],
        "rule": [
            _choice(
                rule.id, f"{getattr(rule.title, locale)} · {length_in_words(rule.length, locale)} · {rule.id}"
            )
            for rule in in_force(actor.congress_id).pack.rules_in_force(clock.today())
        ],
        "happening": [
            _choice(key, f"{pair[1] if locale == 'en' else pair[0]} · {key}")
            for key, pair in HAPPENINGS.items()
        ],
        "function": _choices(SERVICE_FUNCTIONS),
    }


def _choices(known: Mapping[str, Words]) -> list[Choice]:
    return [_choice(key, each.in_(language())) for key, each in known.items()]


def _choice(value: str, label: str) -> Choice:
    return {"value": value, "label": label}


def work_shown(files: Mapping[str, str]) -> Shown:
    """What the editor is told of the files: properties, what may be chosen out of them, and all that is wrong."""
    kept = (diagram_of(files), PROCESS, DEADLINES)
    return {
        "files": {path: files[path] for path in kept if path in files},
        "diagram": kept[0],
        "tasks": tasks_of(files),
        "clocks": clocks_of(files),
        "choices": {
            "form": [_choice(name, name) for name in _forms(files)],
            "stage": [_choice(*_named(each)) for each in listed_in(files, "stage")],
            "clock": [_choice(*_named(each)) for each in clocks_of(files)],
            "message": messages_of(files),
            "error": sorted({code for codes in (*ERRORS.values(), *FAILURES.values()) for code in codes}),
            "called": [path[:-5] for path in sorted(files) if path.endswith(".bpmn") and path != kept[0]],
            "decision": [_decision(id_, each) for id_, each in decisions_of(files).items()],
        },
        "names": [
            {"name": name, "type": said(words.TYPES, kind) if kind else ""}
            for name, kind in names_of(files).items()
        ],
        "conditions": {
            each.flow: translate_sentence(each.flaw.message) + translate_sentence(each.flaw.advice)
            if each.flaw
            else ""
            for each in conditions_of(files)
        },
        "problems": [problem_shown(each) for each in placed(problems_of(files), files)],
    }


def _decision(id_: str, decision: Decision) -> Shown:
    """A decision to be asked for: what it reads of the process, and by which names its result is read."""
    label = f"{decision.name} · {id_}" if decision.name not in ("", id_) else id_
    return {**_choice(id_, label), "reads": sorted(decision.reads), "gives": sorted(parts_of(decision))}


def _forms(files: Mapping[str, str]) -> list[str]:
    return [path[6:-5] for path in sorted(files) if path.startswith("forms/")]


def _named(entry: Mapping[str, Any]) -> tuple[str, str]:
    """Key and title of a stage or a clock, as far as it has them."""
    title = entry.get("title")
    told = title.get(language()) if isinstance(title, Mapping) else None
    return str(entry.get("key", "")), str(told or entry.get("key", ""))


def editor_words() -> dict[str, str]:
    """The words of the editor that stand in no template, in the reader's language."""
    return {name: str(words_) for name, words_ in EDITOR.items()}
