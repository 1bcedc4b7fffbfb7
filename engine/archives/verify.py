"""Verify an evidence bundle of Duban: `python verify.py bundle.zip [--fingerprint HEX] [--checkpoint FILE]`.

One file, nothing but the standard library, no network. It finds every changed byte, every missing or added file, every
broken link of the chain of events, and says what it has found. Exit status: 0 sound, 1 not sound, 2 cannot be read.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
ANSWER = "answer.json"
FORMAT = "duban-evidence/1"
MADE_AT = (1980, 1, 1, 0, 0, 0)
EMPTY = "0" * 64
HASHED = (
    "chain",
    "position",
    "congress_id",
    "case_id",
    "at",
    "action",
    "actor_id",
    "actor_name",
    "actor_organization",
    "on_behalf_of",
    "operation_id",
    "subject",
    "detail",
    "algorithm",
    "previous_hash",
)
SEALED = ("previous_hash", "at", "events", "chains", "last_event_id", "algorithm")
LARGEST = 2**30  # bytes of one member; nothing in a bundle comes near


def canonical(value: Any) -> bytes:
    """JSON in one fixed spelling: keys in order, no spaces, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def listed(values: list[Any]) -> bytes:
    """A compact JSON list, as the links of the chain are hashed."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def sha256(content: bytes) -> str:
    """The hash of a file or row."""
    return hashlib.sha256(content).hexdigest()


def packed(files: dict[str, bytes]) -> bytes:
    """The one ZIP file that these files make: stored, in order of their names, the manifest last."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files, key=lambda name: (name == MANIFEST, name)):
            member = zipfile.ZipInfo(name, MADE_AT)
            member.create_system = 3
            member.external_attr = 0o644 << 16
            archive.writestr(member, files[name])
    return memory.getvalue()


class Verifier:
    """One look at one bundle; `faults` is what is wrong, `notes` what a reader should know."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.files: dict[str, bytes] = {}
        self.faults: list[str] = []
        self.notes: list[str] = []

    def run(self) -> None:
        """Look at everything there is."""
        if not self._unpack():
            return
        manifest = self._json(MANIFEST)
        if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
            self.faults.append("manifest.json is not the manifest of an evidence bundle")
            return
        self._against_manifest(manifest)
        case, events = self._json("case.json"), self._json("audit/events.json")
        if not isinstance(case, dict) or not isinstance(events, list):
            self.faults.append("case.json or audit/events.json cannot be read")
            return
        chain = f"case:{manifest.get('case')}"
        self._attachments(case)
        self._chain(chain, events)
        self._checkpoint(chain, events)
        self._archive(case, events)

    def _unpack(self) -> bool:
        try:
            with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
                for member in archive.infolist():
                    if member.file_size > LARGEST or member.compress_type != zipfile.ZIP_STORED:
                        raise zipfile.BadZipFile(f"{member.filename} is not stored as it was written")
                    self.files[member.filename] = archive.read(member)
        except (
            zipfile.BadZipFile,
            OSError,
            RuntimeError,
            NotImplementedError,
            ValueError,
            EOFError,
        ) as error:
            self.faults.append(f"the ZIP file is damaged: {error}")
            return False
        try:
            same = packed(self.files) == self.content
        except (ValueError, zipfile.LargeZipFile):
            same = False
        if not same:
            self.faults.append(
                "the ZIP file is not as it was written: bytes were changed, added or taken away"
            )
        return True

    def _json(self, name: str) -> Any:
        try:
            value = json.loads(self.files[name].decode("utf-8"))
            if canonical(value) != self.files[name]:
                self.faults.append(f"{name} is not spelled as it was written")
            return value
        except KeyError:
            self.faults.append(f"{name} is missing")
        except (ValueError, RecursionError):
            self.faults.append(f"{name} cannot be read")
        return None

    def _against_manifest(self, manifest: dict[str, Any]) -> None:
        told = manifest.get("files", {})
        for name in sorted({*told, *self.files} - {MANIFEST}):
            if name not in self.files:
                self.faults.append(f"{name} is missing")
            elif name not in told:
                self.faults.append(f"{name} was added: the manifest does not name it")
            elif told[name] != {"sha256": sha256(self.files[name]), "size": len(self.files[name])}:
                self.faults.append(f"{name} was changed: its hash is not the one in the manifest")

    def _attachments(self, case: dict[str, Any]) -> None:
        present = {sha256(text) for name, text in self.files.items() if name.startswith("attachments/")}
        rows = case.get("rows", {}).get("attachment", [])
        wanted = {row["sha256"]: row["filename"] for row in rows if row["removed_at"] is None}
        self.faults += [f"attachment “{wanted[each]}” is missing" for each in sorted(set(wanted) - present)]
        if present - set(wanted):
            self.faults.append("there is an attachment that the case does not have")

    def _chain(self, chain: str, events: list[dict[str, Any]]) -> None:
        previous = EMPTY
        for position, event in enumerate(events, 1):
            where = f"event {position}"
            if event.get("chain") != chain or event.get("position") != position:
                self.faults.append(f"{where} is missing or out of its place")
                return
            if event.get("previous_hash") != previous:
                self.faults.append(f"{where} is not linked to the one before")
            if sha256(listed([event.get(name) for name in HASHED])) != event.get("hash"):
                self.faults.append(f"{where} was changed: its hash does not fit")
            previous = str(event.get("hash"))
        if not events:
            self.faults.append("the chain of events is empty")

    def _checkpoint(self, chain: str, events: list[dict[str, Any]]) -> None:
        if "audit/checkpoint.json" not in self.files:
            self.notes.append("no checkpoint covers these events yet; ask again after the next one was taken")
            return
        sealed = self._json("audit/checkpoint.json")
        if not isinstance(sealed, dict):
            return
        heads = sealed.get("heads", {})
        lines = hashlib.sha256()
        for name in sorted(heads, key=str.encode):
            position, link = heads[name]
            lines.update(f"{name} {position} {link}\n".encode())
        figures = [sealed.get(name) for name in SEALED]
        if sha256(listed([*figures, lines.hexdigest()])) != sealed.get("hash"):
            self.faults.append("the checkpoint was changed: its hash does not fit")
        position, link = heads.get(chain, (0, EMPTY))
        if position < 1 or position > len(events) or events[position - 1].get("hash") != link:
            self.faults.append("the events are not those that the checkpoint sealed")
        elif position < len(events):
            self.notes.append(f"events {position + 1} to {len(events)} are younger than the checkpoint")
        self.notes.append(f"checkpoint {sealed.get('id')} of {sealed.get('at')}: {sealed.get('hash')}")

    def _archive(self, case: dict[str, Any], events: list[dict[str, Any]]) -> None:
        told = [event for event in events if event.get("action") == "case:archived"]
        if not told and "archive.json" not in self.files:
            self.notes.append("the case is not archived: its file may still grow")
            return
        manifest = self._json("archive.json")
        if not isinstance(manifest, dict) or not told:
            self.faults.append("the archive's manifest and the event of archiving do not belong together")
            return
        if json.loads(told[-1]["detail"]).get("manifest") != sha256(self.files["archive.json"]):
            self.faults.append("the archive's manifest is not the one that the event of archiving names")
        rows = case.get("rows", {})
        for table in sorted({*rows, *manifest.get("rows", {})}):
            hashes = sorted(sha256(canonical(row)) for row in rows.get(table, []))
            if hashes != sorted(manifest.get("rows", {}).get(table, {}).values()):
                self.faults.append(f"the rows of {table} are not those that were archived")
        self._answer(manifest)

    def _answer(self, manifest: dict[str, Any]) -> None:
        """The reply to the case that this one was handled with; files archived long ago do not hold it."""
        if "answered_with" in manifest:
            if canonical(manifest["answered_with"]) != self.files.get(ANSWER):
                self.faults.append(f"{ANSWER} is not the answer that was archived")
        elif ANSWER in self.files:
            self.notes.append(
                f"{ANSWER} is bound by the fingerprint only: the archived file does not hold it"
            )


def verify(content: bytes, fingerprint: str = "", checkpoint: bytes = b"") -> Verifier:
    """Look at a bundle; `fingerprint` and `checkpoint` are what the reader has from elsewhere."""
    found = Verifier(content)
    try:
        found.run()
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError) as error:
        found.faults.append(f"the bundle is not made as bundles are: {type(error).__name__}")
    present = sha256(found.files.get(MANIFEST, b""))
    found.notes.append(f"fingerprint {present}")
    if fingerprint and fingerprint.strip().lower() != present:
        found.faults.append("the fingerprint is another one: this is not the bundle that was handed out")
    if checkpoint:
        _against_kept(found, checkpoint)
    return found


def _against_kept(found: Verifier, checkpoint: bytes) -> None:
    """The checkpoint that was kept elsewhere is the one in the bundle."""
    try:
        kept, inside = json.loads(checkpoint), json.loads(found.files["audit/checkpoint.json"])
        same = kept["hash"] == inside["hash"] and kept["heads"] == inside["heads"]
    except (KeyError, ValueError, TypeError):
        same = False
    if not same:
        found.faults.append("the checkpoint that was kept elsewhere is another one")


def main() -> int:
    """Read the arguments, look, and say what was found."""
    parser = argparse.ArgumentParser(description="Verify an evidence bundle of Duban.")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--fingerprint", default="", help="the fingerprint that the congress told")
    parser.add_argument("--checkpoint", type=Path, help="a checkpoint file that was kept elsewhere")
    wanted = parser.parse_args()
    try:
        content = wanted.bundle.read_bytes()
        checkpoint = wanted.checkpoint.read_bytes() if wanted.checkpoint else b""
    except OSError as error:
        print(f"cannot be read: {error}", file=sys.stderr)
        return 2
    found = verify(content, wanted.fingerprint, checkpoint)
    for note in found.notes:
        print(f"  {note}")
    for fault in found.faults:
        print(f"FAULT {fault}")
    print("NOT SOUND 校验未通过" if found.faults else "SOUND 校验通过")
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
