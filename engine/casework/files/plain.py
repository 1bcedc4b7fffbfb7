"""Plain text and plain data: words in an encoding that says itself, and nothing that a program would take for more."""

from __future__ import annotations

import re

from engine.casework.files.packages import OTHER
from engine.casework.files.refusing import Unsound
from engine.foundation.language import _

PROGRAM = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
MARKED = (
    *PROGRAM,
    b"PK\x03\x04",
    b"%PDF",
    b"\xd0\xcf\x11\xe0",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"GIF8",
    b"\x89PNG",
)
PAGE = re.compile(rb"\s*<(\?xml|\?php|!doctype|!--|html|head|body|script|svg|iframe|meta)\b", re.IGNORECASE)
ENCODINGS = ("utf-8-sig", "gb18030")

# In XML: what is declared, run, shown as a page, or fetched by a program that opens it.
DECLARED = re.compile(r"<!\s*(DOCTYPE|ENTITY|ELEMENT|ATTLIST)|<\?(?!xml\s)", re.IGNORECASE)
ACTIVE = re.compile(
    r"<(?:[\w.-]{1,40}:)?(script|html|svg|xsl|stylesheet|iframe|object|embed|foreignObject|handler|include)\b"
    r"|\son[a-z]{3,20}\s*=|javascript:|vbscript:|http://www\.w3\.org/(1999/xhtml|2000/svg|1999/XSL)",
    re.IGNORECASE,
)
# In a table: a cell that a spreadsheet would run.
FORMULA = re.compile(r"(?:^|[,;\t\n\r])[ ]{0,20}[\"']?[ ]{0,20}(?:[=@]|[+-][ ]{0,20}[A-Za-z(])", re.MULTILINE)
SAID = re.compile(r"<\?xml\s[^>]{0,200}?encoding\s{0,20}=\s{0,20}[\"']([^\"']{0,40})", re.IGNORECASE)
READABLE = {"utf-8", "gbk", "gb2312", "gb18030", "us-ascii", "ascii"}


def check_text(content: bytes) -> None:
    """Raise Unsound unless it is text and nothing else."""
    if content.startswith(MARKED) or PAGE.match(content.removeprefix(b"\xef\xbb\xbf")) or b"\0" in content:
        raise Unsound(OTHER)
    _decoded(content)


def check_data(ending: str, content: bytes) -> None:
    """Raise Unsound unless it is the data that its ending says: .xml, .csv or .txt."""
    if ending != ".xml":
        check_text(content)
        if ending == ".csv" and FORMULA.search(_decoded(content)):
            raise Unsound(OTHER)
        return
    text = _decoded(content)
    if "\0" in text or not re.match(r"\s*<(\?xml\s|[A-Za-z_])", text):
        raise Unsound(OTHER)
    said = SAID.search(text)
    if said is not None and said[1].lower() not in READABLE:
        raise Unsound(OTHER)
    if DECLARED.search(text) or ACTIVE.search(text):
        raise Unsound(OTHER)


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unsound(OTHER)
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unsound(_("文字编码既不是 UTF-8 也不是 GB 18030。"))
