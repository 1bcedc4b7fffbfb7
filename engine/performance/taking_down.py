"""Off the public site once the file is closed: a leak found then waits for nobody, and the file stays as it was."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.foundation import audit
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused, InvalidAnswers, NotAllowed
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from engine.performance.access import BUDGET_REVIEWER, project
from engine.performance.opening import case_of
from engine.performance.publishing import public_number, withdraw

LONGEST_REASON = 2000


class NotArchived(GuardRefused):
    """The case still takes steps: it is there that the report is taken down."""

    text = _("案件尚未归档，请在案件页撤下公开。")


def may_take_down(actor: Actor, row: sa.Row[Any]) -> bool:
    """Whether he may take down what an archived case's project shows the public."""
    case = case_of(row)
    archived = case is not None and case.archived_at is not None
    return archived and BUDGET_REVIEWER in actor.roles and public_number(row.id) != ""


@use_case
def take_down_archived(actor: Actor, *, project_id: int, reason: str) -> None:
    """Take an archived project off the public site, saying why; recorded on the congress's chain. Twice does no harm.

    Personal data that should not be public are taken away at once (个人信息保护法第四十七条). Raises NotAllowed,
    NotFound, NotArchived, InvalidAnswers.
    """
    row = project(actor, project_id, lock=True)
    if BUDGET_REVIEWER not in actor.roles:
        raise NotAllowed
    case = case_of(row)
    if case is None or case.archived_at is None:
        raise NotArchived
    if not public_number(project_id):
        return
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise InvalidAnswers({"taking_down": [_("请填写撤下公开的理由，不超过 2000 字。")]})
    withdraw(row)
    audit.record(
        "performance:withdraw",
        congress_id=row.congress_id,
        subject=f"performance:{row.id}",
        reason=reason.strip(),
    )
