"""A case that its flow could not take on: told to the person in words, and to whoever looks after processes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import sqlalchemy as sa

from engine.casework.facts import CASES, CaseFacts
from engine.definitions.folder import Folder
from engine.flow.errors import StateUnreadable, StepFailed, UnfitVariables
from engine.foundation.errors import ConcurrentChange, DomainError
from engine.foundation.language import _
from models import db


class CaseStuck(DomainError):
    """The flow could not take the case on, through no fault of the person; nothing has changed.

    `case_id` is None where the case was only being opened and is gone with the step.
    """

    text = _(
        "这一步没有办成：流程在“{place}”处出了故障，已记入故障清单，由流程管理员处理。"
        "您填写的内容已保留，排除后可以再试。"
    )

    def __init__(self, case: CaseFacts, folder: Folder, fault: Exception, *, opening: bool = False) -> None:
        self.case_id = None if opening else case.id
        self.congress_id = case.congress_id
        self.definition_id = case.definition_id
        self.element = fault.element if isinstance(fault, StepFailed) else ""
        self.cause = fault.cause if isinstance(fault, StepFailed) else fault
        node = folder.flow.nodes.get(self.element)
        super().__init__(place=(node.name if node else "") or self.element or folder.title)


@contextlib.contextmanager
def on_the_way(case: CaseFacts, folder: Folder, *, opening: bool = False) -> Iterator[None]:
    """Let what fails in the flow be told as CaseStuck; ConcurrentChange where the case is of another version by now."""
    try:
        yield
    except (StepFailed, UnfitVariables, StateUnreadable) as fault:
        if not opening and _taken_over(case):
            raise ConcurrentChange from fault
        raise CaseStuck(case, folder, fault, opening=opening) from fault


def _taken_over(case: CaseFacts) -> bool:
    """Whether the case went to another version between being read and its flow's lock being had."""
    present = db.session.scalar(sa.select(CASES.c.definition_id).where(CASES.c.id == case.id))
    return present not in (None, case.definition_id)
