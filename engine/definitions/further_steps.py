"""The steps that neither a task nor an action of a folder stands for, and the articles they rest on: `[basis_of]`.

A room of the program offers them wherever a folder makes them possible: promises are reported on where there are
promises, a text is co-signed where there are co-signers. The folder says by which article, for a whole part
(`commitments`) or for one of its steps (`rate_fulfilment`), which then counts for more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from engine.definitions.problems import rule
from engine.definitions.words import Words
from engine.foundation.language import _

if TYPE_CHECKING:
    from engine.definitions.folder import Folder
    from engine.definitions.folder_reading import Known
    from engine.definitions.problems import Faults
    from engine.definitions.reading import Table

TABLE = "basis_of"
CONTACT_FORM = "contact"

# part → its steps with their titles. A step is named as the use case that takes it.
PARTS: Mapping[str, Mapping[str, Words]] = {
    "cosigning": {
        "invite_cosigners": Words("邀请联名", "Invite co-signers"),
        "answer_invitation": Words("答复联名邀请", "Answer an invitation to co-sign"),
    },
    "contact": {"record_contact": Words("记录沟通情况", "Record a contact")},
    "commitments": {
        "report_progress": Words("报告承诺进展", "Report on a promise"),
        "report_fulfilled": Words("报告承诺兑现", "Report a promise kept"),
        "request_change": Words("申请调整承诺", "Ask to change a promise"),
        "approve_change": Words("审批承诺调整", "Approve a change of a promise"),
        "decide_change": Words("决定承诺调整", "Decide on a change of a promise"),
        "rate_fulfilment": Words("评价承诺兑现", "Rate whether a promise was kept"),
    },
    "publication": {
        "prepare_copy": Words("准备公开文本", "Prepare the public copy"),
        "send_back_copy": Words("退回公开文本", "Send the public copy back"),
        "release_copy": Words("审核公开", "Release the public copy"),
        "withhold_publication": Words("不予公开", "Withhold from publication"),
        "withdraw_publication": Words("停止公开", "Withdraw from publication"),
    },
    "archive": {"archive_case": Words("归档", "Archive")},
    "annual_report": {
        "prepare_report": Words("准备年度报告", "Prepare the yearly report"),
        "release_report": Words("审核公开年度报告", "Release the yearly report"),
    },
}
STEPS: Mapping[str, Words] = {step: title for steps in PARTS.values() for step, title in steps.items()}
PART_OF: Mapping[str, str] = {step: part for part, steps in PARTS.items() for step in steps}
OF_NO_CASE = frozenset(PARTS["annual_report"])  # these rest on the rules that hold today

NO_BASIS_OF = rule("no-basis-of", _("[basis_of]没有写明“{step}”（{name}）的依据。"))
UNKNOWN_BASIS = rule("no-such-basis", _("规则包中没有依据“{name}”。"))


def _brings(*names: str) -> Callable[[Folder], bool]:
    return lambda folder: any(name in effects for effects in folder.effects.values() for name in names)


# What makes a part possible; what is not here is possible for every kind of case.
_POSSIBLE: Mapping[str, Callable[[Folder], bool]] = {
    "cosigning": lambda folder: folder.cosigning,
    "contact": lambda folder: CONTACT_FORM in folder.forms,
    "commitments": lambda folder: folder.commitments is not None or _brings("make_commitments")(folder),
    "publication": _brings("await_publication", "publish_record"),
}


def further_steps(folder: Folder) -> list[str]:
    """The steps outside tasks and actions that the folder makes possible."""
    return [step for step, part in PART_OF.items() if part not in _POSSIBLE or _POSSIBLE[part](folder)]


def basis_of(folder: Folder, step: str) -> str:
    """The article that the folder names for a step, or for the part it belongs to; "" for none."""
    return folder.basis_of.get(step) or folder.basis_of.get(PART_OF[step], "")


def read_basis_of(process: Table) -> Mapping[str, str]:
    """The table `[basis_of]` as it is written; empty where there is none."""
    if not process.has(TABLE):
        return {}
    table = process.table(TABLE)
    written = {name: table.text(name) for name in (*PARTS, *STEPS) if table.has(name)}
    table.done()
    return MappingProxyType(written)


def check_basis_of(folder: Folder, known: Known, faults: Faults) -> None:
    """Every such step has its article, and every article that is named stands in a rule pack."""
    if known.bases is None:
        return
    for name, article in folder.basis_of.items():
        if article and article not in known.bases:
            faults.add(f"{TABLE}.{name}", UNKNOWN_BASIS, name=article)
    for step in further_steps(folder):
        if not basis_of(folder, step):
            faults.add(f"{TABLE}.{step}", NO_BASIS_OF, step=STEPS[step].zh, name=step)
