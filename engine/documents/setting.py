"""Setting a document: the template and the data go to the press, which runs apart and under limits."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.documents import fonts
from engine.documents.press import MAIN, NOWHERE, REFUSED
from engine.foundation import clock
from engine.foundation.errors import DomainError
from engine.foundation.language import _

TYPST, WORD = "pdf", "docx"
LAYOUT = Path(__file__).with_name("official.typ")
PRESS = Path(__file__).with_name("press.py")
SECONDS = 10
MEGABYTES = 2048
LARGEST = 30 * 2**20  # bytes of one document
# The setting of a document takes a whole core for a moment; a crowd of readers waits in a row.
_AT_ONCE = threading.BoundedSemaphore(3)


class TemplateFails(DomainError):
    """A template that cannot be set: where, and what is wrong there."""

    text = _("模板不能使用：{why}")


class TemplateTooSlow(TemplateFails):
    """A template that would not end, or wants more memory than a letter can need."""

    text = _("模板不能使用：排版超过{seconds}秒或者用去过多内存，已中止。")


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it goes to the reader, with the characters it could not show."""

    content: bytes
    lacking: tuple[fonts.Lacking, ...]


def typeset(template: str, data: Mapping[str, Any]) -> Document:
    """The PDF that a Typst template makes of the data; a character without a glyph is marked and told at the end."""
    lacking = fonts.lacking([data, template])
    marked = fonts.marked({**data, "lacking": _told(lacking)}, lacking)
    files = {MAIN: fonts.marked(template, lacking), LAYOUT.name: LAYOUT.read_text(encoding="utf-8")}
    job = {
        "kind": "typst",
        "data": marked,
        "fonts": [str(folder) for folder in fonts.folders()],
        "timestamp": int(clock.now().timestamp()),
    }
    return Document(_press(job, files), lacking)


def fill_in(template: bytes, data: Mapping[str, Any]) -> Document:
    """The Word file that a template makes of the data; which glyphs there are, the reader's own machine decides."""
    job = {"kind": "word", "data": {**data, "lacking": []}, "template": base64.b64encode(template).decode()}
    return Document(_press(job, {}), ())


def _told(lacking: Sequence[fonts.Lacking]) -> list[dict[str, str]]:
    return [{"code": each.code, "near": each.near} for each in lacking]


def _press(job: dict[str, Any], files: Mapping[str, str]) -> bytes:
    job |= {"seconds": SECONDS, "megabytes": MEGABYTES, "largest": LARGEST}
    with _AT_ONCE, tempfile.TemporaryDirectory(prefix="document-") as folder:
        for name, text in files.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        try:
            done = subprocess.run(
                [sys.executable, "-I", str(PRESS)],
                input=json.dumps(job, ensure_ascii=True).encode(),
                capture_output=True,
                cwd=folder,
                env={"ALL_PROXY": NOWHERE, "HTTPS_PROXY": NOWHERE, "HTTP_PROXY": NOWHERE},
                timeout=SECONDS * 2,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise TemplateTooSlow(seconds=SECONDS) from error
    if done.returncode == 0:
        return done.stdout
    raise _refusal(done)


def _refusal(done: subprocess.CompletedProcess[bytes]) -> TemplateFails:
    if done.returncode != REFUSED:  # killed by a limit, or broken by the want of memory
        return TemplateTooSlow(seconds=SECONDS)
    report = json.loads(done.stderr.decode("utf-8", "replace").splitlines()[-1])
    why, line, near = _reason(report["message"]), report["line"], report["near"][:120].strip()
    if line:
        return TemplateFails(_("模板第{line}行不能使用：{why}（“{near}”）"), line=line, why=why, near=near)
    if near:
        return TemplateFails(_("模板不能使用：{why}（“{near}”附近）"), why=why, near=near)
    return TemplateFails(why=why)


def _reason(message: str) -> str:
    """Why, in the clerk's words where they are known; Typst's and Jinja's own words otherwise."""
    known = {
        "package": "模板不能引用外部宏包",
        "escape the project root": "模板不能读取文件",
        "file not found": "模板不能读取文件",
        "forbidden": "模板不能调用程序内部的东西",
        "too large": "文书过大",
        "does not contain key": "没有这个数据项",
        "has no attribute": "没有这个数据项",
        "is undefined": "没有这个数据项",
        "unknown variable": "没有这个名字",
        "infinite": "循环没有尽头",
    }
    found = next((words for part, words in known.items() if part in message), "")
    plain = re.sub(r" \(.*", "", message, flags=re.DOTALL)
    return f"{found}：{plain}" if found else plain
