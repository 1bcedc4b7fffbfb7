"""What a process folder demands of replies and promises: by grade, by what is noticed in the text, by day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.definitions.reading import Table
from engine.foundation.language import _
from engine.people.personal_data import KINDS

if TYPE_CHECKING:
    from engine.definitions.folder import Folder
    from engine.definitions.folder_reading import Known
    from engine.definitions.problems import Faults

# What a grade may demand of a reply, and the kind of field in which the reply gives it.
DEMANDS = ("commitment", "reason")


@dataclass(frozen=True, slots=True)
class ReplyChecks:
    """What is noticed about a reply before it is signed; a folder without `[reply_checks]` notices nothing.

    `boilerplate_share` is in percent of the reply's runs of `run` characters; shorter texts than
    `boilerplate_from` characters are not compared, and only with the unit's latest `compared_with` signed replies.
    """

    boilerplate_share: int = 0
    boilerplate_from: int = 0
    compared_with: int = 0
    run: int = 0
    agreeing_grades: tuple[str, ...] = ()  # those that say the matter is settled
    hollow: tuple[str, ...] = ()  # answers that say nothing
    personal: tuple[str, ...] = ()
    superior: tuple[str, ...] = ()  # words for what lies with a higher level
    reported: tuple[str, ...] = ()  # words that say it was reported there


@dataclass(frozen=True, slots=True)
class CommitmentRules:
    """How promises are tracked; `warn` are calendar days before one is due.

    A change that moves the date by more than `decided_beyond` days, or gives the promise up, is for the congress
    to decide; a smaller one is for the unit's head, and the congress is told.
    """

    rating_rule: str
    decided_beyond: int
    warn: tuple[int, ...]


def demand_of(entry: Table) -> str:
    """What a grade demands of the reply; "" for nothing."""
    return entry.key("requires", among=DEMANDS) if entry.has("requires") else ""


def reply_checks(process: Table) -> ReplyChecks:
    """The table `[reply_checks]`."""
    if not process.has("reply_checks"):
        return ReplyChecks()
    table = process.table("reply_checks")
    checks = ReplyChecks(
        boilerplate_share=table.whole("boilerplate_share", 0) or 0,
        boilerplate_from=table.whole("boilerplate_from", 0) or 0,
        compared_with=table.whole("compared_with", 0) or 0,
        run=table.whole("run", 0) or 0,
        agreeing_grades=table.strings("agreeing_grades", ()),
        hollow=table.strings("hollow", ()),
        personal=table.strings("personal", ()),
        superior=table.strings("superior", ()),
        reported=table.strings("reported", ()),
    )
    for name in checks.personal:
        if name not in KINDS:
            table.fault(_("“personal”中的“{name}”不是能够识别的个人信息。"), name=name)
    table.done()
    return checks


def commitment_rules(process: Table) -> CommitmentRules | None:
    """The table `[commitments]`; None where this kind of work tracks no promises."""
    if not process.has("commitments"):
        return None
    table = process.table("commitments")
    warn = table.raw("warn", [])
    if not isinstance(warn, list) or not all(type(days) is int and 0 < days < 1000 for days in warn):
        table.fault(_("“warn”应为天数的列表。"))
        warn = []
    rules = CommitmentRules(
        rating_rule=table.key("rating_rule"),
        decided_beyond=table.whole("decided_beyond", 0) or 0,
        warn=tuple(sorted(warn, reverse=True)),
    )
    table.done()
    return rules


def check_promises(folder: Folder, known: Known, faults: Faults) -> None:
    """A demand needs the field in which it is met, and the rule of the rating must be in the pack."""
    fields = [field for form in folder.forms.values() for field in form.fields]
    met = {
        "commitment": any(field.type == "commitments" for field in fields),
        "reason": any(field.reasons for field in fields),
    }
    for grade, demand in folder.demands.items():
        if not met.get(demand, True):  # what no grade can demand has been told already
            faults.add(f"grades.{grade}", _("没有表单有满足“{name}”的栏目。"), name=demand)
    for grade in folder.reply_checks.agreeing_grades:
        if grade not in folder.grades:
            faults.add("reply_checks", _("没有类别“{name}”。"), name=grade)
    rules = folder.commitments
    if rules and known.rules is not None and rules.rating_rule not in known.rules:
        faults.add("commitments", _("规则包中没有期限规则“{name}”。"), name=rules.rating_rule)
