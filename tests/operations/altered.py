"""Other versions of the shipped process: the same folder with its flow, periods or tasks changed in a few places."""

from __future__ import annotations

from collections.abc import Callable

from engine import capabilities
from engine.definitions import catalogue
from engine.foundation.actor import system_actor
from tests.support.cast import shipped

KEY = "suggestion"
XSI = 'xsi:type="bpmn:tFormalExpression"'


def files(**changes: Callable[[str], str]) -> dict[str, str]:
    """The folder's files; `bpmn`, `process`, `deadlines` and `notices` give what is made of each."""
    paths = {
        "bpmn": f"{KEY}.bpmn",
        "process": "process.toml",
        "deadlines": "deadlines.toml",
        "notices": "notices.toml",
    }
    found = dict(shipped()[KEY])
    for name, change in changes.items():
        found[paths[name]] = change(found[paths[name]])
    return found


def deployed(**changes: Callable[[str], str]) -> int:
    """Deploy the changed folder as the newest version; gives its row's id.

    What acts say to the flow is not compared: a diagram that asks for what nobody gives is what fails when it runs.
    """
    known = {name: what for name, what in capabilities.known().items() if name != "known_spoken"}
    return catalogue.deploy(system_actor(0), files(**changes), **known)


def replaced(*pairs: tuple[str, str]) -> Callable[[str], str]:
    """A change that puts each second text in place of the first, which must be there."""

    def change(text: str) -> str:
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new)
        return text

    return change


def asking(condition: str, asked: str) -> Callable[[str], str]:
    """A change that lets a gateway ask something else."""
    return replaced(
        (f"<bpmn:conditionExpression {XSI}>{condition}<", f"<bpmn:conditionExpression {XSI}>{asked}<")
    )


def with_gateway(flow: str, source: str, target: str, asked: str, level_end: str) -> Callable[[str], str]:
    """A change that puts a gateway onto a flow; it asks `asked`, and either way leads where the flow led."""
    old = f'<bpmn:sequenceFlow id="{flow}" sourceRef="{source}" targetRef="{target}" />'
    new = f"""<bpmn:exclusiveGateway id="gw_new" name="新关口" default="f_new_2" />
        <bpmn:sequenceFlow id="{flow}" sourceRef="{source}" targetRef="gw_new" />
        <bpmn:sequenceFlow id="f_new_1" sourceRef="gw_new" targetRef="{level_end}">
          <bpmn:conditionExpression {XSI}>{asked}</bpmn:conditionExpression></bpmn:sequenceFlow>
        <bpmn:sequenceFlow id="f_new_2" sourceRef="gw_new" targetRef="{target}" />"""
    return replaced((old, new))


def renamed(old: str, new: str, also: Callable[[str], str] = str) -> int:
    """Deploy the folder with a user task called otherwise, in its flow and in what is said of it; gives its id.

    `also` is done to the flow besides.
    """
    changes = renaming(old, new)
    return deployed(**{**changes, "bpmn": lambda text: also(changes["bpmn"](text))})


def renaming(old: str, new: str) -> dict[str, Callable[[str], str]]:
    """The changes that call a user task otherwise."""
    spellings = {
        "bpmn": (f'"{old}"', f">{old}<"),
        "process": (f"[task.{old}]", f"[task.{old}.", f'"{old}", ', f'"{old}"]'),
        "notices": (f"task.{old}:",),
    }
    return {name: _respelled(each, old, new, also=name == "process") for name, each in spellings.items()}


def _respelled(spellings: tuple[str, ...], old: str, new: str, *, also: bool) -> Callable[[str], str]:
    def change(text: str) -> str:
        lines = text.split("\n")
        for at, line in enumerate(lines):
            if also and line.startswith(("act =", "form =", "clock", "effects")):
                continue
            for spelling in spellings:
                line = line.replace(spelling, spelling.replace(old, new))
            lines[at] = line
        return "\n".join(lines)

    return change


def without_review(text: str) -> str:
    """The flow without the deputy head's look at a reply: the draft goes to the head at once."""
    for cut in (
        ('<bpmn:userTask id="review_reply"', "</bpmn:userTask>"),
        ('<bpmn:exclusiveGateway id="gw_review"', "</bpmn:exclusiveGateway>"),
        ('<bpmn:sequenceFlow id="h_4"', "/>"),
        ('<bpmn:sequenceFlow id="h_5"', "/>"),
        ('<bpmn:sequenceFlow id="h_6"', "</bpmn:sequenceFlow>"),
        ("<bpmn:incoming>h_6", "</bpmn:incoming>"),
        ("<bpmn:flowNodeRef>review_reply", "</bpmn:flowNodeRef>"),
        ("<bpmn:flowNodeRef>gw_review", "</bpmn:flowNodeRef>"),
    ):
        begin = text.find(cut[0])
        if begin >= 0:
            text = text[:begin] + text[text.index(cut[1], begin) + len(cut[1]) :]
    text = text.replace("<bpmn:incoming>h_5<", "<bpmn:incoming>h_3<")
    return text.replace(
        'sourceRef="draft_reply" targetRef="review_reply"', 'sourceRef="draft_reply" targetRef="sign_reply"'
    )


def without_task(node: str) -> Callable[[str], str]:
    """A change of process.toml that takes a task out."""

    def change(text: str) -> str:
        begin = text.index(f"[task.{node}]")
        after = text.index("\n[", begin + 1)
        while text[after + 1 :].startswith(f"[task.{node}."):
            after = text.index("\n[", after + 2)
        return (text[:begin] + text[after + 1 :]).replace(f'"{node}", ', "")

    return change
