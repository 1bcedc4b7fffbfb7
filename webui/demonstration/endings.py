"""What comes after a case is closed: the public reads it, promises are kept, what is settled is archived."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import sqlalchemy as sa
from flask import current_app

from engine.archives.archiving import CHECKS, archive_case, closing_of
from engine.casework.attachments import FileStore
from engine.foundation import clock
from engine.publication.preparing import prepare_copy
from engine.publication.releasing import release_copy, withdraw_publication, withhold_publication
from models import Publication, db
from webui.demonstration.promises import kept_promises
from webui.demonstration.province import Province

Act = Callable[[], None]


def closed_for_good(
    province: Province, case_id: int, chance: random.Random, ending: str
) -> Iterator[tuple[Act, float]]:
    """Publication, what was promised, and the archive, with the days that pass before each step; a few wait."""
    yield from _published(province, case_id, chance, ending)
    yield from kept_promises(province, case_id, chance)
    if chance.random() < 0.5:
        yield lambda: _archive(province, case_id), chance.uniform(10, 20)


def _published(
    province: Province, case_id: int, chance: random.Random, ending: str
) -> Iterator[tuple[Act, float]]:
    if ending == "withheld":
        yield lambda: _withhold(province, case_id), chance.uniform(1, 9)
        return
    if ending == "unpublished":
        yield lambda: _prepare(province, case_id), chance.uniform(1, 9)
        yield lambda: _release(province, case_id), 1.0
        yield lambda: _withdraw(province, case_id), chance.uniform(10, 20)
        return
    if chance.random() < 0.04:
        return
    yield lambda: _prepare(province, case_id), chance.uniform(1, 9)
    if chance.random() < 0.03:
        return
    yield lambda: _release(province, case_id), 1.0


def _prepare(province: Province, case_id: int) -> None:
    prepare_copy(province.actor("shouli"), publication_id=_publication(case_id), texts={})


def _release(province: Province, case_id: int) -> None:
    release_copy(province.actor("fuhe"), publication_id=_publication(case_id))


def _withhold(province: Province, case_id: int) -> None:
    reason = "答复涉及尚未公布的规划，依照《政府信息公开条例》第十六条第二款不予公开。"
    withhold_publication(province.actor("fuhe"), publication_id=_publication(case_id), reason=reason)


def _withdraw(province: Province, case_id: int) -> None:
    reason = "公开文本中的数字有误，更正后再公开。"
    withdraw_publication(province.actor("fuhe"), publication_id=_publication(case_id), reason=reason)


def _publication(case_id: int) -> int:
    return db.session.scalars(sa.select(Publication.id).where(Publication.case_id == case_id)).one()


def _archive(province: Province, case_id: int) -> None:
    archivist = province.actor("dangan")
    if closing_of(archivist, case_id):
        return  # a promise is still to be kept, or the public still waits
    archive_case(
        archivist,
        case_id=case_id,
        number=f"代建·{clock.today().year}·{case_id:04}",
        retention="permanent",
        checks=CHECKS,
        store=FileStore(Path(current_app.instance_path) / "files"),
    )
