"""Chat groups of units, kept by the system administrator; an address once given is never shown again."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass

import sqlalchemy as sa

from engine.correspondence.sealing import SealBroken, seal, unseal
from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused, InvalidAnswers, NotFound
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from models import ChatGroup, Organization, db
from notifications.chat import KINDS, PostRefused, Robot

ADMINISTRATOR = "system_admin"
TITLE_LENGTH = 100
TEST = "这是一条测试消息，来自督办系统。This is a test of Duban."

NO_KIND = _("请选择一种群机器人。")
NO_TITLE = _("请填写群名称，不超过100字。")
NO_UNIT = _("请选择本级人大的单位。")
BAD_ADDRESS = _("这不是该平台群机器人的Webhook地址。请从机器人设置中完整复制。")


class GroupUnreachable(GuardRefused):
    """The provider did not take the test."""

    text = _("没有发送成功。请检查机器人是否还在群里、地址和密钥是否正确。")


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group as the administrator sees it: without its address."""

    id: int
    organization: str
    kind: str
    title: str
    added_at: dt.datetime


@use_case
def add_group(
    actor: Actor, *, organization_id: int, kind: str, title: str, address: str, secret: str = ""
) -> int:
    """Let a unit's group be posted to. Raises NotAllowed, InvalidAnswers."""
    actor.require(ADMINISTRATOR)
    errors: dict[str, list[str]] = {}
    if kind not in KINDS:
        errors["kind"] = [NO_KIND]
    if not 0 < len(title.strip()) <= TITLE_LENGTH:
        errors["title"] = [NO_TITLE]
    if not _is_own(actor, organization_id):
        errors["organization_id"] = [NO_UNIT]
    robot = _robot(kind, address, secret)
    if kind in KINDS and robot is None:
        errors["address"] = [BAD_ADDRESS]
    if errors or robot is None:
        raise InvalidAnswers(errors)
    row = ChatGroup(
        congress_id=actor.congress_id,
        organization_id=organization_id,
        kind=kind,
        title=title.strip(),
        sealed=seal(json.dumps(asdict(robot))),
        added_at=clock.now(),
        added_by=actor.user_id,
    )
    db.session.add(row)
    db.session.flush()
    _record("chat_group:added", row)
    return row.id


@use_case
def remove_group(actor: Actor, group_id: int) -> None:
    """Post there no more; its address is forgotten. Doing it twice does no harm."""
    actor.require(ADMINISTRATOR)
    row = _own(actor, group_id, locked=True)
    if row.removed_at is None:
        row.removed_at, row.sealed = clock.now(), ""
        _record("chat_group:removed", row)


def test_group(actor: Actor, group_id: int) -> None:
    """Post a line that says it is a test. Raises GroupUnreachable."""
    actor.require(ADMINISTRATOR)
    row = _own(actor, group_id)
    if row.removed_at is not None:
        raise NotFound
    sealed = row.sealed
    db.session.rollback()  # a provider that takes its time must not hold a transaction open
    try:
        opened(sealed).post(TEST)
    except (PostRefused, SealBroken) as error:
        raise GroupUnreachable from error


def chat_groups(actor: Actor) -> list[GroupLine]:
    """The groups of the administrator's congress."""
    actor.require(ADMINISTRATOR)
    rows = db.session.execute(
        sa.select(ChatGroup.id, Organization.name, ChatGroup.kind, ChatGroup.title, ChatGroup.added_at)
        .join(Organization, Organization.id == ChatGroup.organization_id)
        .where(ChatGroup.congress_id == actor.congress_id, ChatGroup.removed_at.is_(None))
        .order_by(Organization.position, Organization.id, ChatGroup.id)
    )
    return [GroupLine(*row) for row in rows]


def opened(sealed: str) -> Robot:
    """The robot behind a sealed address; raises SealBroken."""
    return Robot(**json.loads(unseal(sealed)))


def _robot(kind: str, address: str, secret: str) -> Robot | None:
    try:
        return Robot.at(kind, address, secret)
    except ValueError:
        return None


def _is_own(actor: Actor, organization_id: int) -> bool:
    own = Organization.id == organization_id, Organization.congress_id == actor.congress_id
    return db.session.scalar(sa.select(Organization.id).where(*own, Organization.active)) is not None


def _own(actor: Actor, group_id: int, *, locked: bool = False) -> ChatGroup:
    statement = sa.select(ChatGroup).where(
        ChatGroup.id == group_id, ChatGroup.congress_id == actor.congress_id
    )
    row = db.session.scalar(statement.with_for_update() if locked else statement)
    if row is None:
        raise NotFound
    return row


def _record(action: str, row: ChatGroup) -> None:
    audit.record(
        action,
        congress_id=row.congress_id,
        subject=f"chat_group:{row.id}",
        kind=row.kind,
        title=row.title,
        organization=row.organization_id,
    )
