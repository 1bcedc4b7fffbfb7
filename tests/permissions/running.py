"""What the process administrators' use cases are tried on: cases that run, fail, stand still, wait for another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from engine.casework.moving.stuck import CaseStuck
from engine.definitions import catalogue
from engine.designing import deciding, drafts, exchange
from engine.designing.packages import sealed
from engine.foundation.actor import Actor, system_actor
from engine.operations import flags, incidents, migrations, modifying, retrying, suspending, versions
from engine.operations.mapping import VersionMap
from models import Incident, db
from tests.operations.altered import renamed, replaced, with_gateway
from tests.support.cast import Cast, deploy_shipped
from tests.support.journey import Journey
from tests.support.signing import NEIGHBOUR

REASON = "试验流程运行"
SAME = VersionMap()
RENAMED = VersionMap(nodes={"sign_for": "take_up"})
Call = Callable[[Actor], Any]


@dataclass
class Running:
    """Ids of what runs in one congress; the case that stands still has a plan by the process administrator."""

    keeper: Actor
    active_id: int
    other_id: int
    case_id: int
    sign_for: str
    halted_id: int
    modification_id: int
    incident_id: int
    migration_id: int
    finished_id: int
    process_draft_id: int
    key_id: int


def set_up(cast: Cast) -> Running:
    """A case at a step that its version cannot take, refused by another version; two more by the active version."""
    keeper, active = cast.actor("process_admin"), catalogue.current("suggestion").id
    # Another version, whose signing for is called otherwise and leads to a gateway that asks what nobody has said.
    broken = with_gateway("h_2", "take_up", "draft_reply", "nobody_said", "draft_reply")
    other = renamed("sign_for", "take_up", also=broken)
    stuck = _assigned(cast)
    with pytest.raises(CaseStuck):
        stuck.do("slt_clerk", "take_up")
    deploy_shipped(cast.congress_id)
    suspending.suspend_version(keeper, definition_id=other, reason=REASON)
    running, halted = _assigned(cast), _assigned(cast)
    plan = modifying.plan_modification(
        keeper, case_id=halted.case_id, changes=moved(halted.task("sign_for").token), reason=REASON
    )
    suspending.suspend_case(keeper, case_id=halted.case_id, reason=REASON)
    finished = _planned(keeper, other, active, SAME)
    migrations.start(system_actor(cast.congress_id), migration_id=finished)
    assert list(migrations.carry_on(keeper, migration_id=finished)) == [(stuck.case_id, "refused")]
    return Running(
        keeper=keeper,
        active_id=active,
        other_id=other,
        case_id=running.case_id,
        sign_for=running.task("sign_for").token,
        halted_id=halted.case_id,
        modification_id=plan,
        incident_id=db.session.scalars(
            sa.select(Incident.id).where(Incident.congress_id == cast.congress_id)
        ).one(),
        migration_id=_planned(keeper, active, other, RENAMED),
        finished_id=finished,
        process_draft_id=_drafted(keeper, active),
        key_id=exchange.trust_key(keeper, public_key=NEIGHBOUR.public_key(), name="邻省", reason=REASON),
    )


def _drafted(keeper: Actor, active: int) -> int:
    """A draft that is ready to be proposed."""
    id_ = drafts.open_draft(keeper, definition_id=active, name="改名")
    process = replaced(('title = { zh = "签收"', 'title = { zh = "收件"'))(
        catalogue.files_of(active)["process.toml"]
    )
    drafts.save_draft_files(keeper, draft_id=id_, files={"process.toml": process}, revision=1)
    return id_


def _assigned(cast: Cast) -> Journey:
    return Journey(cast).draft().submit().accept().assign()


def _planned(actor: Actor, old: int, new: int, mapping: VersionMap) -> int:
    return migrations.plan_migration(actor, from_id=old, to_id=new, mapping=mapping, reason=REASON)


def moved(token: str) -> dict[str, Any]:
    """The changes by which a unit's part is put behind its signing for."""
    return {"changes": [{"move": token, "before": "draft_reply"}], "clocks": []}


def calls(there: Running) -> dict[str, Call]:
    """A try at each use case of engine/operations and engine/designing, with what is right."""
    rooms = (_with_incidents, _with_cases, _with_versions, _with_migrations)
    found = {key: call for room in rooms for key, call in room(there).items()}
    return {f"operations.{key}": call for key, call in found.items()} | _with_drafts(there)


def _with_incidents(there: Running) -> dict[str, Call]:
    incident = there.incident_id
    return {
        "incidents.annotate": lambda actor: incidents.annotate(
            actor, incident_id=incident, text="已查明原因。"
        ),
        "incidents.resolve": lambda actor: incidents.resolve(actor, incident_id=incident, reason=REASON),
        "retrying._begin": lambda actor: retrying._begin(actor, incident_id=incident),
        "retrying._end": lambda actor: retrying._end(actor, incident_id=incident, resolution="moot"),
    }


def _with_cases(there: Running) -> dict[str, Call]:
    case, plan = there.case_id, there.modification_id
    flag = {"part": "", "name": "routed", "kind": "truth", "value": "true", "known": "false"}
    return {
        "flags.set_flag": lambda actor: flags.set_flag(actor, case_id=case, **flag, reason=REASON),
        "suspending.suspend_case": lambda actor: suspending.suspend_case(actor, case_id=case, reason=REASON),
        "suspending.resume_case": lambda actor: suspending.resume_case(
            actor, case_id=there.halted_id, reason=REASON
        ),
        "modifying.plan_modification": lambda actor: modifying.plan_modification(
            actor, case_id=case, changes=moved(there.sign_for), reason=REASON
        ),
        "modifying.apply_modification": lambda actor: modifying.apply_modification(
            actor, modification_id=plan
        ),
        "modifying.discard_modification": lambda actor: modifying.discard_modification(
            actor, modification_id=plan
        ),
    }


def _with_versions(there: Running) -> dict[str, Call]:
    active, other = there.active_id, there.other_id
    return {
        "suspending.suspend_version": lambda actor: suspending.suspend_version(
            actor, definition_id=active, reason=REASON
        ),
        "suspending.resume_version": lambda actor: suspending.resume_version(
            actor, definition_id=other, reason=REASON
        ),
        "versions.activate": lambda actor: versions.activate(actor, definition_id=other, reason=REASON),
        "versions.retire": lambda actor: versions.retire(actor, definition_id=other, reason=REASON),
    }


def _with_migrations(there: Running) -> dict[str, Call]:
    planned, finished = there.migration_id, there.finished_id
    return {
        "migrations.plan_migration": lambda actor: _planned(actor, there.active_id, there.other_id, RENAMED),
        "migrations.start": lambda actor: migrations.start(actor, migration_id=planned),
        "migrations.cancel": lambda actor: migrations.cancel(actor, migration_id=planned),
        "migrations.try_again": lambda actor: migrations.try_again(actor, migration_id=finished),
    }


def _with_drafts(there: Running) -> dict[str, Call]:
    draft, keeper = there.process_draft_id, there.keeper

    def proposed(actor: Actor) -> bool:
        return deciding.propose_draft(actor, draft_id=draft, reason=REASON, revision=2)

    def after_proposing(deed: Callable[..., Any], **told: Any) -> Call:
        """A call that comes after the process administrator's proposal."""
        return lambda actor: (proposed(keeper), deed(actor, draft_id=draft, **told))

    return _with_packages(there) | {
        "designing.drafts.open_draft": lambda actor: drafts.open_draft(
            actor, definition_id=there.active_id, name="另一稿"
        ),
        "designing.drafts.save_draft_files": lambda actor: drafts.save_draft_files(
            actor, draft_id=draft, files={"texts/zh/new.txt": "题\n文"}, revision=2
        ),
        "designing.drafts.discard_draft": lambda actor: drafts.discard_draft(
            actor, draft_id=draft, reason=REASON
        ),
        "designing.deciding.propose_draft": proposed,
        "designing.deciding.withdraw_draft": after_proposing(deciding.withdraw_draft),
        "designing.deciding.approve_draft": after_proposing(deciding.approve_draft, revision=2),
        "designing.deciding.return_draft": after_proposing(deciding.return_draft, reason=REASON),
    }


def _with_packages(there: Running) -> dict[str, Call]:
    about = {"key": "suggestion", "version": 7, "title": "代表建议", "from": "邻省"}
    package = sealed(catalogue.files_of(there.other_id), about, NEIGHBOUR)
    return {
        "designing.exchange.export_version": lambda actor: exchange.export_version(
            actor, definition_id=there.active_id, signer=NEIGHBOUR
        ),
        "designing.exchange.import_package": lambda actor: exchange.import_package(actor, content=package),
        "designing.exchange.trust_key": lambda actor: exchange.trust_key(
            actor, public_key="ab" * 32, name="另一省", reason=REASON
        ),
        "designing.exchange.withdraw_key": lambda actor: exchange.withdraw_key(
            actor, key_id=there.key_id, reason=REASON
        ),
    }
