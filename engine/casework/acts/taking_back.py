"""A co-signer takes back his name (撤回联名) from a paper that was handed in, while the presidium still takes motions.

Statutes only know that the proposers withdraw a motion as a whole, with the presidium's consent once it is on the
agenda (代表法 art. 15, 组织法 art. 22). A single name is taken back after the example of Shanghai (议案规定 art. 13):
what has fewer valid names than the law asks for falls, and may be put forward anew.

`requires` of such an action: `of`, the task that hands the paper in (its `forum` and `forums` say how many names it
needs and until when it is taken), and `message`, which the flow hears when it falls.
"""

from __future__ import annotations

import sqlalchemy as sa

from engine.casework.acts.forums import CutOff, TooFewNames, asked_of, require_names
from engine.casework.acts.step import Outcome, Step, act, ground
from engine.casework.cases import update_case
from engine.casework.facts import AssignmentFacts, CaseFacts
from engine.casework.moving.happenings import Happening
from engine.casework.sittings import MEETINGS
from engine.casework.texts import COSIGNATURES
from engine.definitions.catalogue import definition
from engine.definitions.folder import ActionSpec
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused
from engine.foundation.language import _
from models import db

_UNTIL = sa.select(MEETINGS.c.motions_until).where(MEETINGS.c.id == sa.bindparam("of_meeting"))
_TAKE = (
    COSIGNATURES.update()
    .where(
        COSIGNATURES.c.case_id == sa.bindparam("of_case"),
        COSIGNATURES.c.deputy_id == sa.bindparam("of_deputy"),
        COSIGNATURES.c.text_version == sa.bindparam("of_version"),
        COSIGNATURES.c.status == "confirmed",
    )
    .values(status="withdrawn", answered_at=sa.bindparam("now"))
)


class LeadWithdraws(GuardRefused):
    """The lead deputy has no signature among others to take back: he withdraws the whole."""

    text = _("领衔代表不能只撤回自己的联名，可以要求撤回全案。")


@ground("take_back_name")
def still_taken(actor: Actor, case: CaseFacts, spec: ActionSpec, unit: AssignmentFacts | None) -> None:
    """A co-signer may, and only until the time that the presidium has set. Raises LeadWithdraws, CutOff."""
    if actor.deputy_id == case.lead_deputy_id:
        raise LeadWithdraws
    handing_in = definition(case.definition_id).tasks[str(spec.requires["of"])]
    if case.meeting_id is None or not asked_of(case, handing_in.requires).get("cut_off"):
        return
    until = db.session.scalar(_UNTIL, {"of_meeting": case.meeting_id})
    if until is not None and clock.now() > until:
        raise CutOff(until=until.astimezone(clock.ZONE).strftime("%Y-%m-%d %H:%M"))


@act("take_back_name")
def take_back_name(step: Step) -> Outcome:
    """Take the actor's name off; with too few left the paper falls, and its flow ends."""
    case, requires = step.case, step.spec.requires
    who = {"of_case": case.id, "of_deputy": step.actor.deputy_id, "of_version": case.text_version}
    db.session.execute(_TAKE, {**who, "now": step.now})
    taken = {"deputy": step.actor.name, "version": case.text_version}
    asked = asked_of(case, step.folder.tasks[str(requires["of"])].requires)
    try:
        require_names(case, str(asked["threshold"]))
    except TooFewNames as few:
        update_case(case, {"status": "withdrawn", "outcome": "names_lacking"})
        fallen = Happening(
            "names:lacking", detail={"names": few.values["count"], "needed": few.values["needed"]}
        )
        return Outcome([fallen], messages=(str(requires["message"]),), detail=taken)
    return Outcome([], detail=taken)
