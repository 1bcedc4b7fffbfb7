"""Whether what a diagram hears and asks can come to it: messages, signals, errors, and the words that flags may be.

A gateway that asks whether a flag is a word which no form offers and no act says is drawn for nothing; a message that
nobody sends leaves its listener waiting for ever. Both are refused with file, line and element.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.definitions.problems import Faults, rule
from engine.flow.wiring import DrawnEvent, Wiring, read_wiring
from engine.foundation.language import _

if TYPE_CHECKING:
    from engine.definitions.folder import ActionSpec, Folder, TaskSpec

# What `requires` of a task may name as the messages of its act.
MESSAGES = ("message", "lapse_message", "messages")
LONGEST_NAME = 200  # characters of a signal or message: it stands in a row

UNSENT = rule("unsent-message", _("没有动作、期限或者流程发出消息“{name}”。"))
UNTHROWN = rule("unthrown-signal", _("这个流程自己不发出信号“{name}”，也没有列入from_other_cases。"))
UNAWAITED = rule("unawaited-message", _("流程图中没有地方等待消息“{name}”。"))
UNRAISED = rule("unraised-error", _("没有办理动作、函数或者结束事件给出错误“{name}”。"))
UNKNOWN_FUNCTION = rule("unknown-function", _("没有名为“{name}”的函数。"))
IMPOSSIBLE = rule("impossible-value", _("标志“{name}”不会是“{value}”，可能的取值：{among}。"))
LONG_NAME = rule("long-name", _("信号、消息的名称不能超过{limit}个字符：{name}"))
NO_TASK = rule("error-without-task", _("动作“{name}”会以错误结束任务，只能用于任务。"))
NO_SUCH_FIELD = rule("no-choices", _("动作“{act}”要从表单的“{name}”一栏取值，表单没有这一栏。"))


@dataclass(frozen=True, slots=True)
class Spoken:
    """What acts, effects and service functions may say to a flow, by their names.

    `flags`: act → the flags that it may give, with their types (`engine.flow`); `words`: act → flag → the field of its
    form whose choice the flag is, or the words it may be. `errors` of acts and `functions` are the codes they may end
    with; `messages` what an effect tells the flows of other cases.
    """

    flags: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str | tuple[str, ...]]] = field(default_factory=dict)
    errors: Mapping[str, Collection[str]] = field(default_factory=dict)
    functions: Mapping[str, Collection[str]] = field(default_factory=dict)
    messages: Mapping[str, Collection[str]] = field(default_factory=dict)


def check_wiring(folder: Folder, files: Mapping[str, str], spoken: Spoken, faults: Faults) -> None:
    """Add a fault for whatever the diagrams of a folder wait for or ask, and nothing can bring about."""
    flow: Any = folder.flow
    if flow is None:  # refused, and told so
        return
    drawn = {name: read_wiring(files[name].encode(), name) for name in sorted(_diagrams(flow))}
    checked = _Checked(folder, spoken, drawn)
    for name, wiring in drawn.items():
        checked.diagram(wiring, faults.within(name))
    checked.sent(faults)


def _diagrams(flow: Any) -> set[str]:
    return {flow.file}.union(*map(_diagrams, flow.called))


def _place(step: TaskSpec | ActionSpec) -> str:
    return f"task.{step.node}" if hasattr(step, "node") else f"action.{step.key}"


class _Checked:
    """A folder with its diagrams at hand."""

    def __init__(self, folder: Folder, spoken: Spoken, drawn: Mapping[str, Wiring]) -> None:
        self.folder, self.spoken = folder, spoken
        self.steps: list[TaskSpec | ActionSpec] = [*folder.tasks.values(), *folder.actions.values()]
        self.events = [event for wiring in drawn.values() for event in wiring.events]
        self.called = {call.node: call.function for wiring in drawn.values() for call in wiring.calls}
        self.elsewhere = {*folder.from_other_cases, *(each.name for each in folder.begun_by)}
        self.told = set(dict(self._told()).values())

    # What is said ---------------------------------------------------------------------------

    def _told(self) -> Iterator[tuple[tuple[str, str], str]]:
        """Everything that acts, actions, clocks and effects send: ((file, place), message)."""
        for step in self.steps:
            for key in MESSAGES:
                found = step.requires.get(key, ())
                names = found.values() if isinstance(found, Mapping) else [found] if found else ()
                yield from ((("process.toml", _place(step)), str(name)) for name in names)
        for action in self.folder.actions.values():
            if action.message:
                yield ("process.toml", f"action.{action.key}"), action.message
        for clock in self.folder.clocks:
            if clock.message:
                yield ("deadlines.toml", f"clock {clock.key}"), clock.message

    def _thrown(self, kind: str, node: str | None = None) -> set[str]:
        """What is thrown in the flow, or by one node: an activity throws when one of its runs is over."""
        said = (event for event in self.events if event.kind == kind and not event.heard)
        return {event.name for event in said if node in (None, event.node)}

    def sent(self, faults: Faults) -> None:
        """Nothing is sent into the flow that nobody there ever waits for."""
        awaited = {event.name for event in self.events if event.kind == "message" and event.heard}
        for (file, place), message in self._told():
            if message not in awaited:
                faults.within(file).add(place, UNAWAITED, name=message)
        for action in self.folder.actions.values():
            if self.spoken.errors.get(action.act):
                faults.within("process.toml").add(f"action.{action.key}", NO_TASK, name=action.act)
        for step in self.steps:
            self._chosen(step, faults.within("process.toml"))

    def _chosen(self, step: TaskSpec | ActionSpec, faults: Faults) -> None:
        """An act that gives a choice of its form as a flag needs that field there."""
        form = self.folder.forms.get(step.form)
        for name in self.spoken.words.get(step.act, {}).values():
            if isinstance(name, str) and form is not None and name not in form:
                faults.add(_place(step), NO_SUCH_FIELD, act=step.act, name=name)

    # What is heard --------------------------------------------------------------------------

    def diagram(self, wiring: Wiring, faults: Faults) -> None:
        for event in wiring.events:
            if event.heard and event.name:
                self._heard(event, faults)
            if len(event.name) > LONGEST_NAME:
                faults.at(event.line, event.node, LONG_NAME, limit=LONGEST_NAME, name=event.name)
        for call in wiring.calls:
            if call.function not in self.spoken.functions:
                faults.at(call.line, call.node, UNKNOWN_FUNCTION, name=call.function)
        for asked in wiring.comparisons:
            words = self._words(asked.variable)
            if words is not None and asked.text not in words:
                told = {"name": asked.variable, "value": asked.text, "among": "、".join(sorted(words))}
                faults.at(asked.line, asked.node, IMPOSSIBLE, **told)

    def _heard(self, event: DrawnEvent, faults: Faults) -> None:
        comes, template = {
            "message": (self._messages, UNSENT),
            "signal": (self._signals, UNTHROWN),
            "error": (lambda: self._errors(event), UNRAISED),
            "escalation": (lambda: {event.name}, UNRAISED),
        }[event.kind]
        if event.name not in comes():
            faults.at(event.line, event.node, template, name=event.name)

    def _messages(self) -> set[str]:
        """A message that the flow itself throws goes to the case that this one came out of, often of the same kind."""
        effects = {name for names in self.folder.effects.values() for name in names}
        of_effects = set().union(*(self.spoken.messages.get(name, ()) for name in effects))
        return self.told | of_effects | self._thrown("message") | self.elsewhere

    def _signals(self) -> set[str]:
        return self._thrown("signal") | self.elsewhere

    def _errors(self, event: DrawnEvent) -> set[str]:
        """What may be raised where it is heard: by the task or function itself, else by anything in the folder."""
        task, mine = self.folder.tasks.get(event.host), self._thrown("error", event.host)
        if task is not None:
            return mine.union(self.spoken.errors.get(task.act, ()))
        if event.host in self.called:
            return mine.union(self.spoken.functions.get(self.called[event.host], ()))
        of_acts = (self.spoken.errors.get(each.act, ()) for each in self.folder.tasks.values())
        of_functions = (self.spoken.functions.get(name, ()) for name in self.called.values())
        return self._thrown("error").union(*of_acts, *of_functions)

    # What a flag may be ---------------------------------------------------------------------

    def _words(self, flag: str) -> set[str] | None:
        """The words that a flag may be; None where that is not known of all who give it, or nobody does."""
        found: set[str] = set()
        givers = [step for step in self.steps if self._gives(step, flag)]
        for step in givers:
            own = step.requires.get("flag") == flag
            words = "decision" if own else self.spoken.words.get(step.act, {}).get(flag)
            if isinstance(words, str):
                words = self._choices(step, words)
            if words is None:
                return None
            found.update(words)
        return found if givers else None

    def _gives(self, step: TaskSpec | ActionSpec, flag: str) -> bool:
        return flag in self.spoken.flags.get(step.act, {}) or step.requires.get("flag") == flag

    def _choices(self, step: TaskSpec | ActionSpec, name: str) -> tuple[str, ...] | None:
        form = self.folder.forms.get(step.form)
        if form is None or name not in form:
            return None
        return tuple(choice.value for choice in form.field(name).choices) or None
