"""Fetches the browser's libraries with `npm pack` and writes them into the tree, unchanged, with hashes.

    python -m tools.vendor

For developers only, when a version is raised: the files are committed; running the program never needs npm.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "webui" / "static" / "vendor"
TESTS = ROOT / "tests" / "support" / "vendor"


@dataclass(frozen=True)
class Library:
    """One package at one version, and which of its files are kept (path in the package → name here)."""

    package: str
    version: str
    licence: str
    folder: Path
    files: dict[str, str]

    @property
    def home(self) -> str:
        return f"{self.package.split('.')[0]}-{self.version}"


LIBRARIES = (
    Library("htmx.org", "2.0.11", "0BSD", PAGES, {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "LICENSE"}),
    Library(
        "bpmn-js",
        "18.31.1",
        "bpmn.io (MIT, the watermark stays visible)",
        PAGES,
        {
            "dist/bpmn-navigated-viewer.production.min.js": "bpmn-navigated-viewer.production.min.js",
            "dist/bpmn-modeler.production.min.js": "bpmn-modeler.production.min.js",
            "dist/assets/diagram-js.css": "diagram-js.css",
            "dist/assets/bpmn-js.css": "bpmn-js.css",
            # The signs of the modeler's palette; the style sheet looks for the font beside its own folder.
            "dist/assets/bpmn-font/css/bpmn.css": "bpmn-font/css/bpmn.css",
            "dist/assets/bpmn-font/font/bpmn.woff2": "bpmn-font/font/bpmn.woff2",
            "LICENSE": "LICENSE",
        },
    ),
    # The font lies in bpmn-js as it was built there; its own package brings the licence it is under.
    Library("bpmn-font", "0.12.1", "OFL-1.1", PAGES, {"LICENSE": "LICENSE"}),
    Library(
        "axe-core",
        "4.14.1",
        "MPL-2.0",
        TESTS,
        {"axe.min.js": "axe.min.js", "LICENSE": "LICENSE", "LICENSE-3RD-PARTY.txt": "LICENSE-3RD-PARTY.txt"},
    ),
)


def sha256(path: Path) -> str:
    """The hash by which VENDOR.json knows a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _fetch(library: Library, into: Path) -> Path:
    command = ["npm", "pack", "--silent", f"{library.package}@{library.version}"]
    subprocess.run(command, cwd=into, check=True, capture_output=True)
    (archive,) = into.glob("*.tgz")
    with tarfile.open(archive) as packed:
        packed.extractall(into, filter="data")
    return into / "package"


def _install(library: Library) -> list[dict[str, str]]:
    home = library.folder / library.home
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    records = []
    with tempfile.TemporaryDirectory() as scratch:
        package = _fetch(library, Path(scratch))
        for source, name in library.files.items():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(package / source, home / name)
            records.append(
                {
                    "package": library.package,
                    "version": library.version,
                    "licence": library.licence,
                    "source": source,
                    "file": f"{library.home}/{name}",
                    "sha256": sha256(home / name),
                }
            )
    return records


def main() -> None:
    """Refreshes both folders; a version that is no longer named disappears."""
    for folder in (PAGES, TESTS):
        shutil.rmtree(folder, ignore_errors=True)
        libraries = [library for library in LIBRARIES if library.folder == folder]
        records = [record for library in libraries for record in _install(library)]
        text = json.dumps(records, indent=2, ensure_ascii=False)
        (folder / "VENDOR.json").write_text(text + "\n", encoding="utf-8")
        print(f"{folder.relative_to(ROOT)}: {len(records)} files")


if __name__ == "__main__":
    main()
