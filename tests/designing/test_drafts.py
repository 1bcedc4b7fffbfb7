"""Drafts: opened from a version, changed by compare-and-swap, a version by four eyes, active by activation."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from flask import Flask

from engine.definitions import catalogue
from engine.definitions.problems import FolderRefused
from engine.designing.access import DraftClosed, DraftMovedOn, DraftProposed
from engine.designing.checking import problems_of
from engine.designing.deciding import (
    NothingNew,
    NotProposed,
    OtherKey,
    OwnProposal,
    ProposedOtherwise,
    approve_draft,
    propose_draft,
    return_draft,
    withdraw_draft,
)
from engine.designing.drafts import discard_draft, open_draft, save_draft_files
from engine.designing.reading import draft, draft_files, drafts, history
from engine.foundation.actor import Actor
from engine.foundation.errors import InvalidAnswers, NotAllowed, NotFound
from engine.operations.versions import activate, version
from models import AuditEvent, ProcessDraftFile, db
from tests.operations.altered import replaced
from tests.support.cast import Cast, assemble, join
from tests.support.journey import Journey

REASON = "按主任会议意见修改"
RENAMED = replaced(('title = { zh = "签收"', 'title = { zh = "收件"'))


def renamed(actor: Actor, draft_id: int) -> int:
    """Save the folder with a task called otherwise; gives the revision."""
    line = draft(actor, draft_id=draft_id)
    files = draft_files(actor, draft_id=draft_id)
    changed = {"process.toml": RENAMED(files["process.toml"])}
    return save_draft_files(actor, draft_id=draft_id, files=changed, revision=line.revision)


def test_a_draft_becomes_a_version_by_another_and_is_taken_once_it_is_activated(
    cast: Cast, keeper: Actor, second: Actor, base: int, draft_id: int
) -> None:
    assert draft_files(keeper, draft_id=draft_id) == catalogue.files_of(base)
    assert open_draft(keeper, definition_id=base, name=" 签收改名 ") == draft_id
    revision = renamed(keeper, draft_id)
    assert propose_draft(keeper, draft_id=draft_id, reason=REASON, revision=revision)
    assert not propose_draft(keeper, draft_id=draft_id, reason=REASON, revision=revision)
    with pytest.raises(OwnProposal):
        approve_draft(keeper, draft_id=draft_id, revision=revision)
    with pytest.raises(ProposedOtherwise):
        approve_draft(second, draft_id=draft_id, revision=1)
    made = approve_draft(second, draft_id=draft_id, revision=revision)
    assert approve_draft(second, draft_id=draft_id, revision=revision) == made
    assert catalogue.files_of(made) == draft_files(keeper, draft_id=draft_id)
    assert version(keeper, definition_id=made).state == "open"
    assert Journey(cast).draft().case.definition_id == base
    activate(second, definition_id=made, reason=REASON)
    assert Journey(cast).draft().case.definition_id == made
    assert drafts(keeper) == []
    assert [(each.kind, each.by) for each in history(keeper, draft_id=draft_id)] == [
        ("approved", "second"),
        ("proposed", "keeper"),
        ("saved", "keeper"),
        ("opened", "keeper"),
    ]
    said = sa.select(AuditEvent.action).where(AuditEvent.subject == f"process_draft:{draft_id}")
    assert list(db.session.scalars(said.order_by(AuditEvent.id))) == [
        "process_draft:opened",
        "process_draft:saved",
        "process_draft:proposed",
        "process_draft:approved",
    ]


def test_who_has_read_an_older_revision_overwrites_nothing(
    keeper: Actor, second: Actor, draft_id: int
) -> None:
    revision = renamed(keeper, draft_id)
    with pytest.raises(DraftMovedOn) as refused:
        save_draft_files(second, draft_id=draft_id, files={"extra.toml": "a = 1\n"}, revision=1)
    assert "keeper" in str(refused.value)
    with pytest.raises(DraftMovedOn):
        propose_draft(second, draft_id=draft_id, reason=REASON, revision=1)
    # The same sent again, from the old page too, is there already.
    now = draft_files(keeper, draft_id=draft_id)
    assert save_draft_files(keeper, draft_id=draft_id, files=now, revision=1) == revision
    added = {"texts/zh/more.txt": "一\r\n二\r三"}
    assert save_draft_files(second, draft_id=draft_id, files=added, revision=revision) == revision + 1
    assert draft_files(keeper, draft_id=draft_id)["texts/zh/more.txt"] == "一\n二\n三"
    gone = {"texts/zh/more.txt": None}
    assert save_draft_files(second, draft_id=draft_id, files=gone, revision=revision + 1) == revision + 2
    assert draft_files(keeper, draft_id=draft_id) == now
    assert draft_files(keeper, draft_id=draft_id, revision=revision + 1) != now
    changes = [dict(each.changed) for each in history(keeper, draft_id=draft_id) if each.kind == "saved"]
    assert changes == [
        {"texts/zh/more.txt": "removed"},
        {"texts/zh/more.txt": "added"},
        {"process.toml": "changed"},
    ]
    texts = list(db.session.scalars(sa.select(ProcessDraftFile.text)))
    assert len(texts) == len(set(texts)) == len(now) + 2  # each content once: one that was, one that went


def test_a_proposal_stands_still_until_it_is_taken_or_given_back(
    keeper: Actor, second: Actor, draft_id: int
) -> None:
    revision = renamed(keeper, draft_id)
    for early in (return_draft, withdraw_draft):
        told = {"reason": REASON} if early is return_draft else {}
        assert not early(second, draft_id=draft_id, **told)
    with pytest.raises(NotProposed):
        approve_draft(second, draft_id=draft_id, revision=revision)
    propose_draft(keeper, draft_id=draft_id, reason=REASON, revision=revision)
    with pytest.raises(DraftProposed):
        save_draft_files(second, draft_id=draft_id, files={"a.toml": ""}, revision=revision)
    with pytest.raises(OwnProposal):
        return_draft(keeper, draft_id=draft_id, reason=REASON)
    with pytest.raises(NotAllowed):
        withdraw_draft(second, draft_id=draft_id)
    assert return_draft(second, draft_id=draft_id, reason="缺少依据")
    assert draft(keeper, draft_id=draft_id).state == "open"
    assert history(keeper, draft_id=draft_id)[0].said == "缺少依据"
    propose_draft(keeper, draft_id=draft_id, reason=REASON, revision=revision)
    assert withdraw_draft(keeper, draft_id=draft_id)
    assert discard_draft(second, draft_id=draft_id, reason="不再需要")
    assert not discard_draft(second, draft_id=draft_id, reason="不再需要")
    with pytest.raises(DraftClosed):
        save_draft_files(keeper, draft_id=draft_id, files={"a.toml": ""}, revision=revision)
    with pytest.raises(DraftClosed):
        propose_draft(keeper, draft_id=draft_id, reason=REASON, revision=revision)


def test_what_could_not_be_deployed_is_not_proposed(keeper: Actor, base: int, draft_id: int) -> None:
    def proposed(change: tuple[str, str], revision: int) -> int:
        text = draft_files(keeper, draft_id=draft_id)["process.toml"]
        files = {"process.toml": replaced(change)(text)}
        saved = save_draft_files(keeper, draft_id=draft_id, files=files, revision=revision)
        propose_draft(keeper, draft_id=draft_id, reason=REASON, revision=saved)
        return saved

    with pytest.raises(NothingNew):
        propose_draft(keeper, draft_id=draft_id, reason=REASON, revision=1)
    with pytest.raises(FolderRefused):
        proposed(('act = "sign_for"', 'act = "no_such_act"'), 1)
    files = draft_files(keeper, draft_id=draft_id)
    assert [(each.file, each.severity) for each in problems_of(files)[:1]] == [("process.toml", "error")]
    with pytest.raises((OtherKey, FolderRefused)):
        proposed(('key = "suggestion"', 'key = "another"'), 2)
    assert draft(keeper, draft_id=draft_id).state == "open"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("../../etc/passwd.toml", "x"),
        ("README.md", "x"),
        ("forms/../a.json", "x"),
        ("texts/fr/a.txt", "x"),
        ("process.toml", "a\x00b"),
        ("process.toml", "x" * 1_000_001),
    ],
)
def test_what_no_folder_can_hold_is_refused(keeper: Actor, draft_id: int, path: str, text: str) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        save_draft_files(keeper, draft_id=draft_id, files={path: text}, revision=1)
    assert list(refused.value.errors) == [path]


def test_of_two_who_save_at_once_one_is_told(fresh_database: Flask) -> None:
    cast = assemble()
    people = [join(cast, name, "dgw", "process_admin") for name in ("keeper", "second")]
    base = catalogue.current("suggestion").id
    id_ = open_draft(people[0], definition_id=base, name="同时保存")
    gate, told = threading.Barrier(2), list[str | int]()

    def save(who: Actor) -> None:
        with fresh_database.app_context():
            gate.wait()
            try:
                files = {"texts/zh/more.txt": who.name}
                told.append(save_draft_files(who, draft_id=id_, files=files, revision=1))
            except DraftMovedOn:
                told.append(who.name)

    threads = [threading.Thread(target=save, args=[who]) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (loser,) = {"keeper", "second"} & set(told)
    (winner,) = {"keeper", "second"} - {loser}
    assert set(told) == {2, loser}
    assert draft_files(people[0], draft_id=id_)["texts/zh/more.txt"] == winner


def test_a_draft_is_its_congresss_own(cast: Cast, keeper: Actor, base: int, draft_id: int) -> None:
    foreign = join(assemble("15", "邻省人民代表大会"), "other", "dgw", "process_admin")
    assert drafts(foreign) == []
    for asked in (draft, draft_files, history):
        with pytest.raises(NotFound):
            asked(foreign, draft_id=draft_id)
        with pytest.raises(NotAllowed):
            asked(cast.actor("assigner"), draft_id=draft_id)
    with pytest.raises(NotFound):
        save_draft_files(foreign, draft_id=draft_id, files={"a.toml": ""}, revision=1)
    with pytest.raises(InvalidAnswers):
        open_draft(keeper, definition_id=base, name=" ")
    with pytest.raises(NotFound):
        open_draft(keeper, definition_id=9999, name="x")
