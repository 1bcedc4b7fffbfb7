"""A version as one signed file: a stored ZIP with the folder's files, a manifest with their hashes, and its signature.

    files/<path>     the files that a case reads
    signature.txt    Ed25519 over the bytes of the manifest, in hexadecimal
    manifest.json    {"format", "key", "version", "title", "from", "content_hash", "public_key",
                      "files": {path: {"sha256", "size"}}}

It is written in one way only (as evidence bundles are, `archives.verify`): a file that is not byte for byte as it would
be written from what is in it has been tampered with. Nothing of it is ever unpacked to disk.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.archives.verify import MANIFEST, canonical, packed, sha256
from engine.definitions.catalogue import content_hash
from engine.designing.access import MOST_FILES, PATH, UNKEEPABLE
from engine.designing.signing import KEY_LENGTH, Signer, is_signed
from engine.foundation.errors import InvalidAnswers
from engine.foundation.language import Sentence, _

FORMAT = "duban-process/1"
SIGNATURE, FOLDER = "signature.txt", "files/"
MOST_BYTES = 8_000_000  # of a package; nothing in it is compressed

TOO_LARGE = _("文件超过 8 MB，不是流程包。")
NO_ZIP = _("文件不是流程包，或者已经损坏。")
PACKED = _("流程包中有压缩或者加密的内容，不能接受。")
TWICE = _("流程包中“{name}”出现了两次。")
STRANGE = _("流程包中有不该有的文件“{name}”。")
TOO_MANY = _("流程包中的文件过多。")
ALTERED = _("流程包与它写成时不同：有内容被改动、添加或者删去。")
NO_MANIFEST = _("流程包的清单读不出来。")
UNLIKE = _("流程包中的文件与清单不符：{name}。")
UNSIGNED = _("签名不对：流程包被改过，或者不是由清单中的密钥签名的。")


class PackageRefused(InvalidAnswers):
    """The file is no package, or no longer the one that was signed; says why."""

    text = _("这个流程包不能使用。")

    def __init__(self, template: str, **values: str) -> None:
        shortened = {name: value[:80] for name, value in values.items()}
        super().__init__({"package": [Sentence(template, **shortened)]})


@dataclass(frozen=True, slots=True)
class Package:
    """A package that is whole and was signed by the holder of `public_key`; whether that one is trusted is not said.

    `origin` is who handed it out, as he calls himself; `version` the number that it had there.
    """

    key: str
    version: int
    title: str
    origin: str
    content_hash: str
    public_key: str
    files: Mapping[str, str]


def sealed(files: Mapping[str, str], about: Mapping[str, Any], signer: Signer) -> bytes:
    """The package of these files, signed; `about` has key, version, title and from. The same gives the same bytes."""
    members = {FOLDER + path: text.encode() for path, text in files.items()}
    manifest = canonical(
        {
            **about,
            "format": FORMAT,
            "content_hash": content_hash(files),
            "public_key": signer.public_key(),
            "files": {
                name.removeprefix(FOLDER): {"sha256": sha256(content), "size": len(content)}
                for name, content in members.items()
            },
        }
    )
    return packed({**members, SIGNATURE: signer.sign(manifest).encode(), MANIFEST: manifest})


def opened(content: bytes) -> Package:
    """What is in a package. Raises PackageRefused."""
    members = _members(content)
    manifest = _manifest(members)
    signature = members[SIGNATURE].decode("ascii", "replace")
    if not is_signed(members[MANIFEST], signature, manifest["public_key"]):
        raise PackageRefused(UNSIGNED)
    files = {name.removeprefix(FOLDER): text for name, text in members.items() if name.startswith(FOLDER)}
    told = manifest["files"]
    for path in sorted({*files, *told}):
        text = files.get(path)
        if text is None or told.get(path) != {"sha256": sha256(text), "size": len(text)}:
            raise PackageRefused(UNLIKE, name=path)
    texts = {path: _text(path, text) for path, text in files.items()}
    if content_hash(texts) != manifest["content_hash"]:
        raise PackageRefused(UNLIKE, name="content_hash")
    return Package(
        key=manifest["key"],
        version=manifest["version"],
        title=manifest["title"],
        origin=manifest["from"],
        content_hash=manifest["content_hash"],
        public_key=manifest["public_key"],
        files=texts,
    )


def _members(content: bytes) -> dict[str, bytes]:
    """The members by name: each once, stored, known by its name, and together the very file that was sent."""
    if len(content) > MOST_BYTES:
        raise PackageRefused(TOO_LARGE)
    members: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            listed = archive.infolist()
            _require_modest(listed)
            for member in listed:
                members[member.filename] = archive.read(member)
        same = packed(members) == content
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError, EOFError) as error:
        raise PackageRefused(NO_ZIP) from error
    if not {MANIFEST, SIGNATURE} <= members.keys():
        raise PackageRefused(NO_MANIFEST)
    if not same:
        raise PackageRefused(ALTERED)
    return members


def _require_modest(listed: list[zipfile.ZipInfo]) -> None:
    """Refuse by the list of contents what need not be read: nothing is larger than the file it lies in."""
    if len(listed) > MOST_FILES + 2:
        raise PackageRefused(TOO_MANY)
    met: set[str] = set()
    for member in listed:
        name = member.filename
        if member.compress_type != zipfile.ZIP_STORED or member.flag_bits & 1:
            raise PackageRefused(PACKED)
        if member.file_size > MOST_BYTES or sum(each.file_size for each in listed) > MOST_BYTES:
            raise PackageRefused(TOO_LARGE)
        if name in met:
            raise PackageRefused(TWICE, name=name)
        if name not in (MANIFEST, SIGNATURE) and not (
            name.startswith(FOLDER) and PATH.fullmatch(name.removeprefix(FOLDER))
        ):
            raise PackageRefused(STRANGE, name=name)
        met.add(name)


def _manifest(members: Mapping[str, bytes]) -> dict[str, Any]:
    try:
        found = json.loads(members[MANIFEST])
        same = canonical(found) == members[MANIFEST]
    except (ValueError, RecursionError) as error:
        raise PackageRefused(NO_MANIFEST) from error
    kinds: dict[str, type] = {"key": str, "version": int, "title": str, "from": str, "content_hash": str}
    kinds |= {"public_key": str, "files": dict}
    if not same or not isinstance(found, dict) or found.get("format") != FORMAT:
        raise PackageRefused(NO_MANIFEST)
    if found.keys() != {*kinds, "format"} or any(
        type(found[name]) is not kind for name, kind in kinds.items()
    ):
        raise PackageRefused(NO_MANIFEST)
    if (
        len(found["public_key"]) != KEY_LENGTH
        or max(len(found[name]) for name in ("key", "title", "from")) > 200
    ):
        raise PackageRefused(NO_MANIFEST)
    return found


def _text(path: str, content: bytes) -> str:
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise PackageRefused(UNLIKE, name=path) from error
    if UNKEEPABLE.search(text) or "\r" in text:
        raise PackageRefused(UNLIKE, name=path)
    return text
