"""Signed packages: what one installation hands out another takes in as a draft; what was tampered with is refused."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.archives.verify import canonical, packed, sha256
from engine.definitions import catalogue
from engine.designing import packages
from engine.designing.deciding import OwnProposal, approve_draft, propose_draft
from engine.designing.exchange import (
    KeyNotTrusted,
    export_version,
    import_package,
    trust_key,
    trusted_keys,
    withdraw_key,
)
from engine.designing.packages import PackageRefused, opened, sealed
from engine.designing.reading import draft, draft_files, history
from engine.designing.signing import Signer, fingerprint, is_signed
from engine.foundation.actor import Actor
from engine.foundation.errors import InvalidAnswers, NotAllowed, NotFound
from models import AuditEvent, db
from tests.operations.altered import KEY, files, replaced
from tests.support.cast import Cast, assemble, join

OTHER = replaced(('title = { zh = "签收"', 'title = { zh = "收件"'))
ABOUT = {"key": KEY, "version": 7, "title": "代表建议", "from": "邻省人大"}


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return Signer(tmp_path / "keys" / "signing.key")


@pytest.fixture
def package(signer: Signer) -> bytes:
    """What another installation hands out: a version that is not there yet."""
    return sealed(files(process=OTHER), ABOUT, signer)


def test_the_key_is_made_once_for_its_owners_eyes_and_signs_always_the_same(signer: Signer) -> None:
    public = signer.public_key()
    assert signer.path.stat().st_mode & 0o777 == 0o600
    assert Signer(signer.path).public_key() == public and list(signer.path.parent.iterdir()) == [signer.path]
    signature = signer.sign(b"text")
    assert signer.sign(b"text") == signature and is_signed(b"text", signature, public)
    assert not is_signed(b"texts", signature, public)
    for wrong in ("", "zz", signature[:-2], "0" * 128):
        assert not is_signed(b"text", wrong, public) and not is_signed(b"text", signature, wrong)
    assert len(fingerprint(public).split()) == 8


def test_a_version_goes_out_the_same_each_time_and_comes_in_whole(
    keeper: Actor, base: int, signer: Signer
) -> None:
    made = export_version(keeper, definition_id=base, signer=signer)
    assert export_version(keeper, definition_id=base, signer=signer) == made
    found = opened(made.content)
    assert dict(found.files) == catalogue.files_of(base)
    assert (found.key, found.version, found.public_key) == (KEY, 1, signer.public_key())
    assert made.filename == "suggestion-v1.duban.zip"
    said = sa.select(AuditEvent.detail).where(AuditEvent.action == "definition:exported")
    detail = json.loads(db.session.scalars(said.limit(1)).one())
    assert detail["public_key"] == signer.public_key() and detail["key"] == KEY


def test_every_shipped_folder_comes_out_of_a_package_as_it_went_in(signer: Signer) -> None:
    for key, texts in catalogue.shipped().items():
        content = sealed(texts, {**ABOUT, "key": key}, signer)
        assert (
            dict(opened(content).files) == texts and sealed(texts, {**ABOUT, "key": key}, signer) == content
        )


def test_a_package_becomes_a_draft_and_a_version_only_by_four_eyes(
    keeper: Actor, second: Actor, base: int, signer: Signer, package: bytes
) -> None:
    with pytest.raises(KeyNotTrusted) as refused:
        import_package(keeper, content=package)
    assert fingerprint(signer.public_key()) in refused.value.message
    trust_key(keeper, public_key=signer.public_key(), name="邻省人大", reason="电话核对了指纹")
    id_ = import_package(keeper, content=package)
    assert import_package(second, content=package) == id_
    line = draft(keeper, draft_id=id_)
    assert (line.base_id, line.revision, line.state) == (base, 2, "open")
    assert line.name == f"邻省人大 v7 {opened(package).content_hash[:8]}"
    assert import_package(keeper, content=sealed(files(), ABOUT, signer)) != id_
    assert draft_files(keeper, draft_id=id_) == files(process=OTHER)
    assert draft_files(keeper, draft_id=id_, revision=1) == catalogue.files_of(base)
    assert history(keeper, draft_id=id_)[0].changed == {"process.toml": "changed"}
    propose_draft(keeper, draft_id=id_, reason="采用邻省的改进", revision=2)
    with pytest.raises(OwnProposal):
        approve_draft(keeper, draft_id=id_, revision=2)
    version = approve_draft(second, draft_id=id_, revision=2)
    assert catalogue.files_of(version) == files(process=OTHER)
    said = sa.select(AuditEvent.action).where(AuditEvent.subject == f"process_draft:{id_}")
    assert list(db.session.scalars(said.order_by(AuditEvent.id))) == [
        "process_draft:imported",
        "process_draft:proposed",
        "process_draft:approved",
    ]


def test_keys_are_trusted_by_one_congress_until_they_are_withdrawn(
    cast: Cast, keeper: Actor, signer: Signer, package: bytes
) -> None:
    public = signer.public_key()
    spaced = " ".join(public[at : at + 8] for at in range(0, 64, 8)).upper()
    key_id = trust_key(keeper, public_key=spaced, name="邻省人大", reason="公函")
    assert trust_key(keeper, public_key=public, name="又一次", reason="公函") == key_id
    stranger = join(assemble("15", "邻省人民代表大会"), "other", "dgw", "process_admin")
    assert trusted_keys(stranger) == []
    with pytest.raises(KeyNotTrusted):
        import_package(stranger, content=package)
    with pytest.raises(NotFound):
        withdraw_key(stranger, key_id=key_id, reason="x")
    assert withdraw_key(keeper, key_id=key_id, reason="对方换了密钥")
    assert not withdraw_key(keeper, key_id=key_id, reason="对方换了密钥")
    with pytest.raises(KeyNotTrusted):
        import_package(keeper, content=package)
    again = trust_key(keeper, public_key=public, name="邻省人大", reason="对方又用回")
    assert [(each.id, each.withdrawn_at is None) for each in trusted_keys(keeper)] == [
        (again, True),
        (key_id, False),
    ]
    for wrong in ("", "zz" * 32, public[:-1]):
        with pytest.raises(InvalidAnswers):
            trust_key(keeper, public_key=wrong, name="x", reason="x")
    for told in ({"name": ""}, {"reason": " "}):
        with pytest.raises(InvalidAnswers):
            trust_key(keeper, **{"public_key": public[::-1], "name": "x", "reason": "x", **told})
    clerk = cast.actor("assigner")
    for doing in (
        lambda: import_package(clerk, content=package),
        lambda: trust_key(clerk, public_key=public, name="x", reason="x"),
        lambda: withdraw_key(clerk, key_id=again, reason="x"),
        lambda: trusted_keys(clerk),
        lambda: export_version(clerk, definition_id=1, signer=signer),
    ):
        with pytest.raises(NotAllowed):
            doing()


def test_a_kind_of_work_that_is_not_here_is_no_draft(keeper: Actor, signer: Signer) -> None:
    trust_key(keeper, public_key=signer.public_key(), name="邻省人大", reason="公函")
    with pytest.raises(PackageRefused) as refused:
        import_package(keeper, content=sealed(files(), {**ABOUT, "key": "unheard_of"}, signer))
    assert "还没有" in str(refused.value.errors["package"][0])


# Hostile files --------------------------------------------------------------------------------------


def parts(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_member(name: str, content: bytes = b"x") -> Callable[[bytes], bytes]:
    return lambda package: packed({**parts(package), name: content})


def with_manifest(**changes: object) -> Callable[[bytes], bytes]:
    def change(package: bytes) -> bytes:
        found = parts(package)
        manifest = {**json.loads(found["manifest.json"]), **changes}
        return packed({**found, "manifest.json": canonical(manifest)})

    return change


def deflated(package: bytes) -> bytes:
    """A bomb: little that becomes much."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts(package).items():
            archive.writestr(name, content)
        archive.writestr("files/bomb.toml", b"0" * 50_000_000)
    return memory.getvalue()


def twice(package: bytes) -> bytes:
    """A name that stands twice, the second time with another content."""
    memory = io.BytesIO(package)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(memory, "a") as archive:
        archive.writestr("files/process.toml", b'key = "other"')
    return memory.getvalue()


def lying_about_size(package: bytes) -> bytes:
    """The list of contents says of the first member that it is four gigabytes long."""
    at = package.index(b"PK\x01\x02")
    return package[: at + 24] + struct.pack("<I", 2**32 - 2) + package[at + 28 :]


def one_byte_changed(package: bytes) -> bytes:
    at = package.index("代表建议".encode())
    return package[:at] + "代表意见".encode() + package[at + len("代表建议".encode()) :]


def resigned(package: bytes) -> bytes:
    """Other files under hashes that fit, and the old signature."""
    found = parts(package)
    found["files/process.toml"] += b"\n# more"
    manifest = json.loads(found["manifest.json"])
    text = found["files/process.toml"]
    manifest["files"]["process.toml"] = {"sha256": sha256(text), "size": len(text)}
    return packed({**found, "manifest.json": canonical(manifest)})


HOSTILE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "no archive": (lambda _package: b"MZ" + b"\0" * 100, packages.NO_ZIP),
    "nothing": (lambda _package: b"", packages.NO_ZIP),
    "half of it": (lambda package: package[: len(package) // 2], packages.NO_ZIP),
    "too large": (lambda package: package + b"\0" * packages.MOST_BYTES, packages.TOO_LARGE),
    "out of the folder": (with_member("files/../../etc/passwd"), packages.STRANGE),
    "to the root": (with_member("/etc/passwd"), packages.STRANGE),
    "backslashes": (with_member("files/..\\..\\evil.toml"), packages.STRANGE),
    "a folder": (with_member("files/forms/"), packages.STRANGE),
    "a program": (with_member("files/run.py"), packages.STRANGE),
    "a bomb": (deflated, packages.PACKED),
    "a name twice": (twice, packages.TWICE),
    "a size that is a lie": (lying_about_size, packages.TOO_LARGE),
    "very many files": (
        lambda package: packed({**parts(package), **{f"files/f{n}.toml": b"" for n in range(500)}}),
        packages.TOO_MANY,
    ),
    "something behind it": (lambda package: package + b"more", packages.ALTERED),
    "something before it": (lambda package: b"#!/bin/sh\n" + package, packages.ALTERED),
    "a byte changed": (one_byte_changed, packages.NO_ZIP),
    "one file more": (with_member("files/more.toml"), packages.UNLIKE),
    "other hashes, old signature": (resigned, packages.UNSIGNED),
    "another key named": (with_manifest(public_key="0" * 64), packages.UNSIGNED),
    "another version told": (with_manifest(version=99), packages.UNSIGNED),
    "no manifest": (
        lambda package: packed({k: v for k, v in parts(package).items() if k != "manifest.json"}),
        packages.NO_MANIFEST,
    ),
    "a manifest that is a list": (with_member("manifest.json", b"[]"), packages.NO_MANIFEST),
    "a manifest nested deeply": (with_member("manifest.json", b"[" * 100_000), packages.NO_MANIFEST),
    "a version that is true": (with_manifest(version=True), packages.NO_MANIFEST),
    "more in the manifest": (with_manifest(more=1), packages.NO_MANIFEST),
    "no signature": (with_member("signature.txt", b""), packages.UNSIGNED),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_was_tampered_with_is_refused_in_words(case: str, package: bytes) -> None:
    tamper, said = HOSTILE[case]
    with pytest.raises(PackageRefused) as refused:
        opened(tamper(package))
    (sentence,) = refused.value.errors["package"]
    assert getattr(sentence, "template", sentence) == said, sentence


@pytest.mark.parametrize("text", ["a\0b", "a\rb", "\x1b[0m"])
def test_signed_files_that_could_not_be_kept_are_refused_as_well(text: str, signer: Signer) -> None:
    with pytest.raises(PackageRefused):
        opened(sealed({**files(), "texts/zh/odd.txt": text}, ABOUT, signer))
