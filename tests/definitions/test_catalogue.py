"""Deployment: rows by content, versions, what running cases keep, and what other processes see."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from engine.definitions import catalogue
from engine.definitions.catalogue import (
    FolderUnreadable,
    current,
    current_all,
    definition,
    deploy,
    read_folder,
    shipped,
)
from engine.definitions.problems import FolderRefused
from engine.foundation.actor import Actor, Seat, system_actor
from engine.foundation.errors import NotAllowed, NotFound
from models import AuditEvent, ProcessDefinition
from tests.definitions.small import PROCESS, small

SYSTEM = system_actor(0)
NEWER = small(process=PROCESS.replace("Small matters", "Little matters"))


def rows(database: SQLAlchemy) -> list[tuple[int, bool]]:
    columns = sa.select(ProcessDefinition.version, ProcessDefinition.active)
    return [tuple(row) for row in database.session.execute(columns.order_by(ProcessDefinition.version))]


def test_a_deployed_folder_is_the_current_one(database: SQLAlchemy) -> None:
    definition_id = deploy(SYSTEM, small())
    deployed = current("small")
    assert (deployed.id, deployed.folder.version, deployed.folder.key) == (definition_id, 1, "small")
    assert definition(definition_id) is deployed.folder
    assert current_all() == (deployed,)


def test_the_same_content_again_changes_nothing(database: SQLAlchemy) -> None:
    assert deploy(SYSTEM, small()) == deploy(SYSTEM, small())
    assert rows(database) == [(1, True)]
    assert database.session.scalar(sa.select(sa.func.count()).select_from(AuditEvent)) == 1


def test_new_content_is_the_next_version_and_the_former_stays_for_its_cases(database: SQLAlchemy) -> None:
    former = deploy(SYSTEM, small())
    newer = deploy(SYSTEM, NEWER)
    assert rows(database) == [(1, False), (2, True)]
    assert (current("small").id, current("small").folder.title.en) == (newer, "Little matters")
    assert definition(former).title.en == "Small matters"


def test_former_content_becomes_active_again_under_its_old_version(database: SQLAlchemy) -> None:
    former = deploy(SYSTEM, small())
    deploy(SYSTEM, NEWER)
    assert deploy(SYSTEM, small()) == former
    assert rows(database) == [(1, True), (2, False)]
    assert current("small").folder.version == 1


def test_a_deployment_is_in_the_audit_trail(database: SQLAlchemy) -> None:
    definition_id = deploy(SYSTEM, small())
    event = database.session.scalars(sa.select(AuditEvent)).one()
    assert (event.action, event.subject) == ("definition:deployed", f"definition:{definition_id}")
    assert '"new":1,"old":null' in event.detail


def test_a_folder_with_faults_is_not_deployed(database: SQLAlchemy) -> None:
    with pytest.raises(FolderRefused):
        deploy(SYSTEM, small(text="{"))
    with pytest.raises(FolderRefused, match="hand_in"):
        deploy(SYSTEM, small(), known_acts=["submit_text"])
    with pytest.raises(FolderRefused, match="toll"):
        deploy(SYSTEM, small(deadlines=small()["deadlines.toml"].replace('rule = "answer"', 'rule = "toll"')))
    assert rows(database) == []


def test_only_a_process_administrator_deploys(database: SQLAlchemy) -> None:
    deputy = Actor(user_id=1, name="代表", congress_id=1, seats=(Seat("deputy", 1, "代表团"),))
    with pytest.raises(NotAllowed):
        deploy(deputy, small())
    deploy(
        Actor(user_id=1, name="管理员", congress_id=1, seats=(Seat("process_admin", 1, "办公室"),)), small()
    )


def test_what_is_not_deployed_is_not_found(database: SQLAlchemy) -> None:
    with pytest.raises(NotFound):
        current("small")
    with pytest.raises(NotFound):
        definition(999_999)
    assert current_all() == ()


@pytest.mark.parametrize("english", ["One", "Two"])
def test_an_id_given_again_after_an_undone_deployment_is_read_again(
    database: SQLAlchemy, english: str
) -> None:
    # Both tests get the same id from SQLite, because the first is undone.
    deploy(SYSTEM, small(process=PROCESS.replace("Small matters", english)))
    assert current("small").folder.title.en == english


def test_the_current_version_costs_one_query(database: SQLAlchemy) -> None:
    deploy(SYSTEM, small())
    current("small")
    statements: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        statements.append(statement)

    engine = database.engine.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        current("small")
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    assert len(statements) == 1


def test_a_deployment_elsewhere_is_seen_at_once(fresh_database: Flask) -> None:
    deploy(SYSTEM, small())
    assert current("small").folder.version == 1

    def elsewhere() -> None:
        with fresh_database.app_context():
            deploy(SYSTEM, NEWER)

    thread = threading.Thread(target=elsewhere)
    catalogue.db.session.rollback()
    thread.start()
    thread.join()
    assert current("small").folder.version == 2


def test_simultaneous_deployments_leave_one_active_version(fresh_database: Flask) -> None:
    folders = [small(process=PROCESS.replace("Small matters", f"Matter {number}")) for number in range(6)]
    faults: list[BaseException] = []
    gate = threading.Barrier(12)

    def one(files: dict[str, str]) -> None:
        with fresh_database.app_context():
            gate.wait()
            try:
                deploy(SYSTEM, files)
            except BaseException as fault:
                faults.append(fault)

    threads = [threading.Thread(target=one, args=(files,)) for files in folders * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    found = rows(catalogue.db)
    assert [version for version, _active in found] == [1, 2, 3, 4, 5, 6]
    assert [active for _version, active in found].count(True) == 1


def test_threads_that_ask_at_once_get_the_same_folder(fresh_database: Flask) -> None:
    definition_id = deploy(SYSTEM, small())
    gate = threading.Barrier(8)
    found: list[Any] = []

    def one() -> None:
        with fresh_database.app_context():
            gate.wait()
            found.append(definition(definition_id))

    threads = [threading.Thread(target=one) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len({id(folder) for folder in found}) == 1


def test_examples_and_explanations_make_no_new_version(tmp_path: Path) -> None:
    for name, text in {**small(), "README.md": "法", "scenarios/one.toml": "x = 1"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert read_folder(tmp_path) == small()


def test_what_cannot_be_read_as_text_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "process.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(FolderUnreadable, match="无法读取"):
        read_folder(tmp_path)
    with pytest.raises(FolderUnreadable, match="没有这个文件夹"):
        read_folder(tmp_path / "nowhere")


def test_every_shipped_folder_can_be_deployed(database: SQLAlchemy) -> None:
    for key, files in shipped().items():
        deploy(SYSTEM, files)
        assert current(key).folder.key == key
