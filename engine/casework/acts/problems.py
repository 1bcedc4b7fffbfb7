"""Problems found, put right and struck off (问题清单—整改—销号); a folder strings these acts together.

The list is made by the action `list_problem`, handed over whole by the task `hand_problems`; from then on each problem
goes its own way by the action `move_problem`, and each unit's part by the tasks `report_rectification` (of the unit)
and `conclude_rectification` (of the organ). What is left when a part ends goes along with what is handed to the unit
next (`hand_over_with_problems`) or to a case that follows (`decide_when_settled`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.casework.access import same_eyes
from engine.casework.acts.assignments import ASSIGNED, hand_to_units, parts_at_work
from engine.casework.acts.linked import decide_and_open
from engine.casework.acts.opinions import hand_over
from engine.casework.acts.records import SameHand, close_when_last, keep_entry, record, said
from engine.casework.acts.step import Outcome, Step, act
from engine.casework.moving.happenings import Happening
from engine.casework.problems import (
    CARRIED,
    LISTED,
    OPEN,
    SETTLED,
    ProblemFacts,
    hands_on,
    move,
    problem_of,
    problems_in,
    put_on_list,
    take_along,
    unsettled,
)
from engine.definitions.sent_files import SentFile
from engine.foundation.errors import GuardRefused, InvalidAnswers
from engine.foundation.language import _

SHOWN = 80  # characters of a problem that go into the trail and the messages
ALL_SETTLED = "problems:settled"


class NoEvidence(GuardRefused):
    """What is said to be put right must be proved."""

    text = _("请上传整改证明材料（照片、文件）。")


class NothingListed(GuardRefused):
    """There is no problem to hand over."""

    text = _("问题清单还是空的。没有发现问题的，请选“没有需要整改的问题”。")


class StillListed(GuardRefused):
    """Problems are on the list, so there are some."""

    text = _("问题清单上还有{count}个问题，请交办或者从清单中撤下。")


class NotReported(GuardRefused):
    """The unit has not said of every problem what it did."""

    text = _("还有{count}个问题没有报告整改情况（第{numbers}项）。")


class NotSettled(GuardRefused):
    """Problems are left that nobody has struck off."""

    text = _("还有{count}个问题没有销号（第{numbers}项）。")


class UnitLeftOut(GuardRefused):
    """A unit still has problems to put right."""

    text = _("还有未销号问题的单位没有列入承办机关，请补充。")


@act("list_problem")
def list_problem(step: Step) -> Outcome:
    """Put a problem on the list; the form has `text`, `unit`, and may have `law`, `demand`, `due_on`, `finding`,
    and `amount`, in 万元.
    """
    answers = step.answers
    values = {
        "text": answers["text"],
        "law": answers.get("law") or "",
        "demand": answers.get("demand") or "",
        "amount": str(answers.get("amount") or "").replace(",", ""),
        "unit_id": answers["unit"],
        "due_on": answers.get("due_on"),
        "entry_id": answers.get("finding"),
    }
    keep_entry(step)
    problem_id = put_on_list(step.case.id, values, step.actor.user_id)
    facts = problem_of(step.case.id, problem_id)
    return Outcome([], detail=_detail(facts), told=_detail(facts))


@act("hand_problems", gives=ASSIGNED)
def hand_problems(step: Step) -> Outcome:
    """Hand every problem of the list to its unit, or state that there is none.

    The form has `decision` (handed, or another word for none), and may have `instruction`. `requires`: `flag`,
    `happening`, and `none`, said where there is none. A unit that is at work on the case already gets its problems
    into that part (it holds one part at a time), the others get parts of their own beside it.
    """
    requires, decision = step.spec.requires, str(step.answers["decision"])
    listed = problems_in(step.case.id, [LISTED])
    entry_id = keep_entry(step)
    flag = {str(requires["flag"]): decision}
    if decision != "handed":
        if listed:
            raise StillListed(count=len(listed))
        nothing = said(step, f"entry:{entry_id}", str(requires["none"]))
        return Outcome([nothing], {**flag, "answering_units": [], "co_units": [], "routed": False})
    if not listed:
        raise NothingListed
    units = list(dict.fromkeys(each.unit_id for each in listed))
    at_work = parts_at_work(step.case.id)
    plan = [{"unit_id": each, "role": "separate"} for each in units] if at_work else units
    to_units = replace(step, answers={**step.answers, "units": plan})
    kept = {unit_id: part for unit_id, part in at_work.items() if unit_id in units}
    outcome = hand_to_units(to_units, str(requires.get("happening", "case:assigned")), None, kept)
    outcome.happenings[0].detail["problems"] = len(listed)
    _hand(step, listed, units, outcome.flags["answering_units"], entry_id)
    return Outcome(outcome.happenings, {**outcome.flags, **flag})


def _hand(
    step: Step, problems: list[ProblemFacts], units: list[int], assignments: list[int], entry_id: int | None
) -> None:
    """Let each problem belong to the part of its unit."""
    for unit_id, assignment_id in zip(units, assignments, strict=True):
        own = [each for each in problems if each.unit_id == unit_id]
        move(own, OPEN, step.actor.user_id, entry_id, assignment_id=assignment_id)


@act("move_problem")
def move_problem(step: Step) -> Outcome:
    """Take a problem one step on; the form has `problem`, and `decision` where the step has two ends.

    `requires`: `to` (a status, or decision → status), `happenings` (decision → said besides, about its unit's part),
    `evidence` (files must come with it), `other_hand` (whoever took it to one of these statuses may not do this),
    `returns` (the decisions that do not accept it). The last one struck off says `problems:settled` of that part.
    """
    requires, decision = step.spec.requires, str(step.answers.get("decision") or "")
    problem = problem_of(step.case.id, step.answers["problem"])
    if requires.get("evidence") and not _files(step.answers):
        raise NoEvidence
    hands = hands_on(problem.id, requires.get("other_hand", ()))
    if any(same_eyes(step.actor, each) for each in hands):
        raise SameHand
    to = requires["to"][decision] if isinstance(requires["to"], Mapping) else requires["to"]
    entry_id = keep_entry(step)
    returned = decision in requires.get("returns", ())
    move([problem], str(to), step.actor.user_id, entry_id, returned=returned)
    happenings = _said_of(step, problem, requires.get("happenings", {}).get(decision))
    if to in SETTLED and problem.assignment_id and not unsettled(step.case.id, problem.assignment_id):
        happenings += _said_of(step, problem, ALL_SETTLED)
    return Outcome(happenings, detail=_detail(problem), told=_detail(problem))


def _files(answers: Mapping[str, Any]) -> list[SentFile]:
    lists = (value for value in answers.values() if isinstance(value, list))
    return [each for value in lists for each in value if isinstance(each, SentFile)]


def _said_of(step: Step, problem: ProblemFacts, action: str | None) -> list[Happening]:
    """What happened to a problem, told to the unit whose it is."""
    if not action:
        return []
    happening = said(step, f"problem:{problem.id}", action, **_detail(problem))
    happening.assignment_id = problem.assignment_id
    happening.told |= _detail(problem)
    return [happening]


def _detail(problem: ProblemFacts) -> dict[str, Any]:
    """For the trail and the messages alike."""
    return {"problem": f"{problem.ordinal}. {problem.text[:SHOWN]}"}


@act("report_rectification")
def report_rectification(step: Step) -> Outcome:
    """A unit's report on everything it had to put right, as the act record; each problem must have been reported."""
    open_still = problems_in(step.case.id, [OPEN], step.assignment.id)
    if open_still:
        raise NotReported(count=len(open_still), numbers=_numbers(open_still))
    return record(step)


def _numbers(problems: list[ProblemFacts]) -> str:
    return "、".join(str(each.ordinal) for each in problems)


@act("conclude_rectification")
def conclude_rectification(step: Step) -> Outcome:
    """End a unit's part: all is struck off (`settled`), it goes back to the unit (`returned`), or the rest goes along.

    With `carried`, what is left is handed over again with what comes next. `requires`: `flag`, `happenings`.
    """
    requires, decision = step.spec.requires, str(step.answers["decision"])
    unit = step.assignment
    left = unsettled(step.case.id, unit.id)
    if decision == "settled" and left:
        raise NotSettled(count=len(left), numbers=_numbers(left))
    if decision == "carried" and not left:
        raise InvalidAnswers({"decision": [_("问题都已销号，无须结转。")]})
    entry_id = keep_entry(step)
    if decision == "carried":
        move(left, CARRIED, step.actor.user_id, entry_id, assignment_id=None)
    if decision != "returned":
        close_when_last(step)
    happening = said(step, f"assignment:{unit.id}", str(requires["happenings"][decision]), left=len(left))
    return Outcome([happening], {str(requires["flag"]): decision})


@act("hand_over_with_problems", gives=ASSIGNED)
def hand_over_with_problems(step: Step) -> Outcome:
    """Hand opinions over as the act hand_over; with them goes to each unit what it has still to put right."""
    carried = problems_in(step.case.id, [CARRIED])
    units: list[int] = list(step.answers["units"])
    if not {each.unit_id for each in carried} <= set(units):
        raise UnitLeftOut
    outcome = hand_over(step)
    _hand(step, carried, units, outcome.flags["answering_units"], None)
    return outcome


@act("decide_when_settled")
def decide_when_settled(step: Step) -> Outcome:
    """Decide as the act decide_and_open; the decisions in `requires.settled` want every problem struck off.

    Where the decision opens a case that follows, what is left goes on the list of that one.
    """
    left = unsettled(step.case.id)
    if left and str(step.answers["decision"]) in step.spec.requires.get("settled", ()):
        raise NotSettled(count=len(left), numbers=_numbers(left))
    outcome = decide_and_open(step)
    follows = outcome.happenings[0].detail.get("case")
    if follows is not None:
        taken = take_along(step.case.id, int(follows), step.actor.user_id)
        outcome.happenings[0].detail["problems"] = taken
    return outcome
