"""The evidence bundle: always the same bytes, and every kind of tampering is found by whoever runs verify.py."""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.archives import archiving, verify
from engine.archives.evidence import Bundle, take_bundle
from engine.casework.attachments import FileStore
from engine.foundation.actor import Actor, system_actor
from engine.foundation.audit import digest
from engine.foundation.audit_checkpoints import export, take_checkpoint
from engine.foundation.errors import NotAllowed, NotFound
from models import AuditEvent, Reply, db
from tests.archives.conftest import archive, closed, merged_and_answered
from tests.documents.reading import words_of
from tests.support.cast import Cast, assemble
from tests.support.journey import Journey

Files = dict[str, bytes]


@pytest.fixture
def journey(cast: Cast, store: FileStore, archivist: Actor) -> Journey:
    """An archived case, sealed by a checkpoint."""
    journey = closed(cast, store)
    archive(archivist, journey, store)
    take_checkpoint(system_actor(0))
    return journey


@pytest.fixture
def bundle(journey: Journey, store: FileStore) -> Bundle:
    return take_bundle(journey.cast.actor("assigner"), case_id=journey.case_id, store=store)


def run(content: bytes, folder: Path, *arguments: str) -> tuple[int, str]:
    """What a third person sees: the script in a Python of its own, with nothing of this program."""
    path = folder / "bundle.zip"
    path.write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-I", str(Path(verify.__file__)), str(path), *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
        timeout=60,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def unpacked(content: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        return {name: found.read(name) for name in found.namelist()}


def test_a_sound_bundle_is_found_sound_and_says_by_what_it_is_known(bundle: Bundle, tmp_path: Path) -> None:
    status, said = run(bundle.content, tmp_path, "--fingerprint", bundle.fingerprint)
    assert status == 0, said
    assert f"fingerprint {bundle.fingerprint}" in said
    assert "checkpoint 1 of" in said


def test_the_same_case_makes_the_same_bytes(bundle: Bundle, journey: Journey, store: FileStore) -> None:
    again = take_bundle(journey.cast.actor("reviewer"), case_id=journey.case_id, store=store)
    take_checkpoint(system_actor(0))
    later = take_bundle(journey.cast.actor("reviewer"), case_id=journey.case_id, store=store)
    assert again == later == bundle


def test_taking_it_is_recorded_where_it_does_not_change_the_file(bundle: Bundle, journey: Journey) -> None:
    event = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "bundle:taken")).one()
    assert event.chain.startswith("congress:")
    assert bundle.fingerprint in event.detail


def test_who_may_take_it(journey: Journey, store: FileStore, archivist: Actor) -> None:
    foreign = assemble("15", "邻省人民代表大会")
    actors = {name: journey.cast.actor(name) for name in journey.cast.users} | {"archivist": archivist}
    actors |= {f"foreign {name}": foreign.actor(name) for name in ("assigner", "reviewer")}
    taken = set()
    for name, actor in actors.items():
        try:
            take_bundle(actor, case_id=journey.case_id, store=store)
        except (NotAllowed, NotFound):
            continue
        taken.add(name)
    assert taken == {"assigner", "reviewer", "archivist"}


def test_it_holds_the_whole_case_and_can_be_printed(bundle: Bundle) -> None:
    files = unpacked(bundle.content)
    rows = json.loads(files["case.json"])["rows"]
    assert {"cases", "case_text", "ask", "reply", "reply_answer", "evaluation", "attachment"} <= set(rows)
    assert files["attachments/001.pdf"] == b"%PDF-1.4 what the deputy brought along"
    assert files["case.pdf"].startswith(b"%PDF-")
    assert files["verify.py"] == Path(verify.__file__).read_bytes()
    events = json.loads(files["audit/events.json"])
    assert [events[0]["action"], events[-1]["action"]] == ["case:opened", "case:archived"]


def test_a_case_that_is_not_archived_or_sealed_says_so(
    cast: Cast, store: FileStore, archivist: Actor, tmp_path: Path
) -> None:
    journey = closed(cast, store)
    taken = take_bundle(cast.actor("assigner"), case_id=journey.case_id, store=store)
    status, said = run(taken.content, tmp_path)
    assert status == 0, said
    assert "no checkpoint covers" in said
    assert "not archived" in said


# Tampering: what somebody changes in the files, who then makes manifest and ZIP anew as best he can


def _json(files: Files, name: str, change: Callable[[Any], object]) -> None:
    value = json.loads(files[name])
    change(value)
    files[name] = verify.canonical(value)


def _rewrite_reply(files: Files) -> None:
    _json(files, "case.json", lambda case: case["rows"]["reply"][0].update(body="改过的答复"))


def _drop_row(files: Files) -> None:
    _json(files, "case.json", lambda case: case["rows"]["reply_answer"].pop())


def _edit_event(files: Files) -> None:
    _json(files, "audit/events.json", lambda events: events[3].update(actor_name="别人"))


def _drop_event(files: Files) -> None:
    _json(files, "audit/events.json", lambda events: events.pop(3))


def _cut_tail(files: Files) -> None:
    _json(files, "audit/events.json", lambda events: events.pop())


def _rewrite_chain(files: Files) -> None:
    """Edit an event and make every later link anew: only the checkpoint shows it."""

    def change(events: list[dict[str, Any]]) -> None:
        events[3]["actor_name"] = "别人"
        previous = events[2]["hash"]
        for event in events[3:]:
            event["previous_hash"] = previous
            event["hash"] = previous = digest([event[name] for name in verify.HASHED])

    _json(files, "audit/events.json", change)


def _rewrite_archive(files: Files) -> None:
    """Change a row and the archive's manifest with it: the event of archiving shows it."""
    _rewrite_reply(files)
    case = json.loads(files["case.json"])
    row = case["rows"]["reply"][0]
    sha = verify.sha256(verify.canonical(row))
    _json(files, "archive.json", lambda archive: archive["rows"]["reply"].update({str(row["id"]): sha}))


def _edit_checkpoint(files: Files) -> None:
    _json(files, "audit/checkpoint.json", lambda sealed: sealed.update(events=sealed["events"] + 1))


def _drop_attachment(files: Files) -> None:
    del files["attachments/001.pdf"]


def _swap_attachment(files: Files) -> None:
    files["attachments/001.pdf"] = b"%PDF-1.4 something else"


def _add_attachment(files: Files) -> None:
    files["attachments/002.pdf"] = b"%PDF-1.4 one more"


def _drop_archive(files: Files) -> None:
    del files["archive.json"]


TAMPERED = {
    "reply": _rewrite_reply,
    "row dropped": _drop_row,
    "event edited": _edit_event,
    "event dropped": _drop_event,
    "tail cut": _cut_tail,
    "chain made anew": _rewrite_chain,
    "archive made anew": _rewrite_archive,
    "checkpoint edited": _edit_checkpoint,
    "attachment dropped": _drop_attachment,
    "attachment swapped": _swap_attachment,
    "attachment added": _add_attachment,
    "archive dropped": _drop_archive,
}


def remade(files: Files) -> bytes:
    """A bundle with a manifest that fits."""
    told = json.loads(files.pop(verify.MANIFEST))
    told["files"] = {name: {"sha256": verify.sha256(text), "size": len(text)} for name, text in files.items()}
    return verify.packed({**files, verify.MANIFEST: verify.canonical(told)})


def test_every_tampering_is_found_even_with_a_manifest_made_anew(bundle: Bundle, tmp_path: Path) -> None:
    assert run(remade(unpacked(bundle.content)), tmp_path)[0] == 0  # it is the tampering that is found
    for name, tamper in TAMPERED.items():
        files = unpacked(bundle.content)
        tamper(files)
        status, said = run(remade(files), tmp_path)
        assert status == 1, (name, said)
        assert "FAULT" in said, name


def test_what_no_chain_covers_is_told_by_the_fingerprint(bundle: Bundle, tmp_path: Path) -> None:
    files = unpacked(bundle.content)
    files["case.pdf"] = b"%PDF-1.7 another text"
    content = remade(files)
    assert run(content, tmp_path)[0] == 0
    status, said = run(content, tmp_path, "--fingerprint", bundle.fingerprint)
    assert (status, "fingerprint is another" in said) == (1, True)


def test_every_file_changed_missing_or_added_is_found(bundle: Bundle, tmp_path: Path) -> None:
    whole = unpacked(bundle.content)
    for name in whole:
        changed = {**whole, name: whole[name][:-1] + bytes([whole[name][-1] ^ 1])}
        missing = {each: text for each, text in whole.items() if each != name}
        for files in (changed, missing):
            assert verify.verify(verify.packed(files)).faults, name
    assert verify.verify(verify.packed({**whole, "more.txt": b"more"})).faults


def test_any_changed_byte_is_found_wherever_it_lies(bundle: Bundle) -> None:
    chance = random.Random(20260205)
    content = bundle.content
    for place in sorted(chance.sample(range(len(content)), 150)):
        changed = bytearray(content)
        changed[place] ^= 1 << chance.randrange(8)
        assert verify.verify(bytes(changed)).faults, place


def test_bytes_added_or_taken_away_are_found(bundle: Bundle) -> None:
    for content in (bundle.content + b"\n", b"\n" + bundle.content, bundle.content[:-1], b"", b"PK"):
        assert verify.verify(content).faults


def test_another_way_of_packing_is_found(bundle: Bundle, tmp_path: Path) -> None:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as other:
        for name, text in unpacked(bundle.content).items():
            other.writestr(name, text)
    assert run(memory.getvalue(), tmp_path)[0] == 1


def test_a_checkpoint_kept_elsewhere_is_compared(bundle: Bundle, tmp_path: Path) -> None:
    from engine.foundation.audit_checkpoints import all_checkpoints

    kept = tmp_path / "kept.json"
    kept.write_bytes(export(all_checkpoints()[0]))
    assert run(bundle.content, tmp_path, "--checkpoint", str(kept))[0] == 0
    kept.write_text(kept.read_text().replace('"case:', '"case:9'))
    assert run(bundle.content, tmp_path, "--checkpoint", str(kept))[0] == 1


def test_what_is_no_bundle_is_said_to_be_none(tmp_path: Path) -> None:
    assert run(b"no zip", tmp_path)[0] == 1
    nonsense = verify.packed({"manifest.json": b'{"format":"duban-evidence/1","files":[1]}'})
    assert run(nonsense, tmp_path)[0] == 1


# What was answered together with another case


def test_a_merged_case_holds_the_answer_that_the_main_case_got(
    cast: Cast, store: FileStore, archivist: Actor, tmp_path: Path
) -> None:
    other = merged_and_answered(cast)
    loose = unpacked(take_bundle(cast.actor("assigner"), case_id=other.case_id, store=store).content)
    archive(archivist, other, store)
    taken = take_bundle(cast.actor("assigner"), case_id=other.case_id, store=store)
    files = unpacked(taken.content)
    answer = json.loads(files["answer.json"])
    assert loose["answer.json"] == files["answer.json"]
    assert answer == json.loads(files["archive.json"])["answered_with"]
    (reply,) = answer["reply"]
    assert (reply["number"], "drafted_by" in reply) == ("晋水函〔2026〕1号", False)
    assert {row["text"] for row in answer["reply_answer"]} == {"已列入计划，年内完成。"}
    assert [ask["text"] for ask in answer["ask"]] == ["出台综合利用的支持政策。", "建立部门联席会议。"]
    (evaluation,) = json.loads(files["case.json"])["rows"]["evaluation"]
    assert evaluation["reply_id"] == reply["id"]
    (part,) = answer["assignment"]
    assert json.loads(files["names.json"])["organization"][str(part["unit_id"])] == "省水利厅"
    printed = words_of(files["case.pdf"])
    assert "省水利厅的答复" in printed and "已列入计划，年内完成。" in printed
    status, said = run(taken.content, tmp_path, "--fingerprint", taken.fingerprint)
    assert (status, "answer.json" in said) == (0, False), said
    _json(files, "answer.json", lambda held: held["reply"][0].update(body="改过的答复"))
    status, said = run(remade(files), tmp_path)
    assert (status, "answer.json is not the answer that was archived" in said) == (1, True)


def test_a_file_that_was_archived_without_the_answer_is_sound_still(
    cast: Cast, store: FileStore, archivist: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = merged_and_answered(cast)
    with monkeypatch.context() as then:
        then.setattr(archiving, "answered_with", lambda _case_id: None)
        archive(archivist, other, store)
    assert archiving.differences(archivist, other.case_id, store) == []
    taken = take_bundle(cast.actor("assigner"), case_id=other.case_id, store=store)
    assert "answered_with" not in json.loads(unpacked(taken.content)["archive.json"])
    status, said = run(taken.content, tmp_path)
    assert (status, "answer.json is bound by the fingerprint only" in said) == (0, True), said


def test_what_becomes_of_the_main_case_later_leaves_the_file_as_it_is(
    cast: Cast, store: FileStore, archivist: Actor
) -> None:
    other = merged_and_answered(cast)
    archive(archivist, other, store)
    bundle = take_bundle(cast.actor("assigner"), case_id=other.case_id, store=store)
    main = Journey(cast)
    main.case_id = other.case.merged_into_id
    main.evaluate("dissatisfied").redo().contact().reply()
    assert archiving.differences(archivist, other.case_id, store) == []
    assert take_bundle(cast.actor("assigner"), case_id=other.case_id, store=store) == bundle
    first = db.session.scalars(
        sa.select(Reply).where(Reply.case_id == main.case_id).order_by(Reply.id)
    ).first()
    db.session.execute(sa.update(Reply).where(Reply.id == first.id).values(body="改过"))
    db.session.commit()
    assert archiving.differences(archivist, other.case_id, store) == [f"joint/reply/{first.id}"]
