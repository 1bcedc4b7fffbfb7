"""What may be chosen for the fields of an entry, and with which control each of them is filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.capabilities import ACTS
from engine.casework.vocabulary import HAPPENINGS
from engine.definitions.catalogue import current_all, shipped
from engine.definitions.rule_packs import shipped_articles
from engine.definitions.words import Words
from engine.designing.properties import PROCESS, clocks_of, listed_in, messages_of
from engine.designing.sections import value_of
from engine.designing.settings import KINDS, entries_of
from engine.designing.trees import rows_of
from engine.foundation.actor import Actor
from engine.people.roles import ROLES
from notifications.places import PLACES as RECIPIENT_PLACES
from webui.language import language
from webui.presenting.process_editor import choices_of
from webui.words import processes, settings

Choice = dict[str, str]
# The controls of lists: ticks where the order means nothing, lines where anything may be typed.
TICKED = frozenset(
    {"action.roles", "action.nodes", "action.reads", "action.seen_by", "clock.roles", "notice.channels"}
)
# Texts that are one of a few are chosen; for others what is known is only suggested.
CHOSEN = frozenset(
    [
        "task.act",
        "task.role",
        "task.at",
        "task.stage",
        "action.at",
        "action.of",
        "action.act",
        "action.within",
        "action.after",
        "clock.rule",
        "clock.per",
        "clock.base",
        "clock.when",
        "notice.per",
        "notice.importance",
    ]
)
OPTIONAL = frozenset(
    {"action.act", "action.within", "action.after", "clock.base", "clock.when", "notice.importance"}
)


@dataclass(frozen=True)
class Choices:
    """The choices for the fields of entries of one draft, each made when it is asked for."""

    actor: Actor
    files: Mapping[str, str]
    made: dict[str, list[Choice]] = field(default_factory=dict)

    def of(self, kind: str, name: str) -> list[Choice]:
        """What may be chosen or is suggested for a field."""
        source = SOURCES.get(f"{kind}.{name}") or SOURCES.get(name)
        if kind == "basis":
            source = "articles"
        if source is None:
            return []
        if source not in self.made:
            self.made[source] = getattr(self, f"_{source}")()
        return self.made[source]

    def _acts(self) -> list[Choice]:
        return [choice(key, processes.ACTS[key]) for key in ACTS]

    def _roles(self) -> list[Choice]:
        return [{"value": role.key, "label": role.title(language())} for role in ROLES.values()]

    def _places(self) -> list[Choice]:
        return choices(processes.PLACES)

    def _action_places(self) -> list[Choice]:
        return choices({**processes.PLACES, **settings.ACTION_PLACES})

    def _of(self) -> list[Choice]:
        return choices(settings.OF)

    def _stages(self) -> list[Choice]:
        return [named(str(each.get("key", "")), each) for each in listed_in(self.files, "stage")]

    def _forms(self) -> list[Choice]:
        return [
            {"value": path[6:-5], "label": ""} for path in sorted(self.files) if path.startswith("forms/")
        ]

    def _articles(self) -> list[Choice]:
        return [{"value": key, "label": ""} for key in shipped_articles()]

    def _clocks(self) -> list[Choice]:
        return [named(each["key"], each) for each in clocks_of(self.files)]

    def _nodes(self) -> list[Choice]:
        return [named(key, each) for key, each in entries_of(self.files, KINDS["task"]).items()]

    def _actions(self) -> list[Choice]:
        return [named(key, each) for key, each in entries_of(self.files, KINDS["action"]).items()]

    def _steps(self) -> list[Choice]:
        return [*self.of("action", "nodes"), *self.of("action", "after")]

    def _messages(self) -> list[Choice]:
        return [{"value": name, "label": ""} for name in messages_of(self.files)]

    def _rules(self) -> list[Choice]:
        return choices_of(self.actor)["rule"]

    def _per(self) -> list[Choice]:
        return choices(processes.PER)

    def _when(self) -> list[Choice]:
        return choices(processes.WHEN)

    def _bases(self) -> list[Choice]:
        return choices(settings.BASES)

    def _assignment_roles(self) -> list[Choice]:
        return choices(processes.ASSIGNMENT_ROLES)

    def _happenings(self) -> list[Choice]:
        own = value_of(self.files.get(PROCESS, ""), "happenings")
        mine = [named(key, {"title": each}) for key, each in own.items()] if isinstance(own, dict) else []
        return [*mine, *(choice(key, Words(*pair)) for key, pair in HAPPENINGS.items())]

    def _triggers(self) -> list[Choice]:
        """Whatever may be told of: happenings, what clocks say, tasks that arrive."""
        clocks = [
            {"value": f"clock.{each['value']}:{key}", "label": f"{each['label']}：{said.in_(language())}"}
            for each in self.of("task", "clock")
            for key, said in settings.CLOCK_SAYS.items()
        ]
        tasks = [
            {
                "value": f"task.{each['value']}:opened",
                "label": f"{each['label']}：{settings.TASK_OPENED.in_(language())}",
            }
            for each in self.of("action", "nodes")
        ]
        return [*self.of("action", "happening"), *clocks, *tasks]

    def _recipients(self) -> list[Choice]:
        persons = choices(settings.PERSONS)
        places = [(place, settings.RECIPIENT_PLACES[place].in_(language())) for place in RECIPIENT_PLACES]
        return persons + [
            {"value": f"{place}.{role['value']}", "label": f"{said} · {role['label']}"}
            for place, said in places
            for role in self.of("task", "role")
        ]

    def _channels(self) -> list[Choice]:
        return choices(settings.CHANNELS)

    def _texts(self) -> list[Choice]:
        return [
            {"value": path[9:-4], "label": ""} for path in sorted(self.files) if path.startswith("texts/zh/")
        ]

    def _per_notice(self) -> list[Choice]:
        return choices(settings.PER_NOTICE)

    def _series(self) -> list[Choice]:
        """The series there are, by the kind of work that counts in them: who names one of them counts along."""
        return [
            {"value": each.folder.number.series, "label": each.folder.title.in_(language())}
            for each in current_all(self.actor.congress_id)
        ]

    def _importances(self) -> list[Choice]:
        return choices(settings.IMPORTANCES)


# field, or kind.field where kinds differ → what it is chosen from
SOURCES: Mapping[str, str] = {
    "act": "acts",
    "role": "roles",
    "action.roles": "roles",
    "seen_by": "roles",
    "task.at": "places",
    "action.at": "action_places",
    "of": "of",
    "stage": "stages",
    "form": "forms",
    "basis": "articles",
    "clock": "clocks",
    "within": "clocks",
    "nodes": "nodes",
    "reads": "steps",
    "after": "actions",
    "message": "messages",
    "happening": "happenings",
    "message_happening": "happenings",
    "starts": "happenings",
    "ends": "happenings",
    "cancels": "happenings",
    "rule": "rules",
    "clock.per": "per",
    "when": "when",
    "base": "bases",
    "clock.roles": "assignment_roles",
    "notice.on": "triggers",
    "to": "recipients",
    "channels": "channels",
    "notice.text": "texts",
    "notice.per": "per_notice",
    "importance": "importances",
    "number.series": "series",
}


def control_of(kind: str, name: str, shape: str) -> str:
    """How a field is filled in: line, select, words, flag, number, ticks, lines, tree."""
    full = f"{kind}.{name}"
    if shape == "text":
        return "select" if full in CHOSEN else "line"
    if shape == "list":
        return "ticks" if full in TICKED else "lines"
    return shape


def choices(known: Mapping[str, Words]) -> list[Choice]:
    """Keys with their words in the reader's language."""
    return [choice(key, words) for key, words in known.items()]


def choice(key: str, words: Words) -> Choice:
    """One of them."""
    return {"value": key, "label": words.in_(language())}


def named(key: str, entry: Mapping[str, Any]) -> Choice:
    """An entry of the draft by its title, as far as it has one."""
    title = entry.get("title")
    told = title.get(language()) if isinstance(title, Mapping) else ""
    return {"value": key, "label": str(told or key)}


def asked_by(act: str) -> list[str]:
    """What the shipped processes say of an act: the paths of its requirements, so that nobody has to know them."""
    found: set[str] = set()
    for files in shipped().values():
        for kind in ("task", "action"):
            for entry in entries_of(files, KINDS[kind]).values():
                if act and entry.get("act") == act:
                    found |= {row.path for row in rows_of(entry.get("requires", {}))}
    return sorted(found)
