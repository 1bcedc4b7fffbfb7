"""Ledgers: good rows become cases once, bad rows come back with their reasons."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa

from engine.casework.ledgers.batches import refused_rows
from engine.casework.ledgers.checking import check_ledger
from engine.casework.ledgers.days import written_day
from engine.casework.ledgers.files import REASON, Ledger, read_ledger, refused_ledger, template
from engine.casework.ledgers.importing import Report, import_ledger
from engine.casework.ledgers.numerals import chinese_number
from engine.casework.ledgers.unreadable import LedgerUnreadable
from engine.casework.ledgers.unused import Unused
from engine.definitions.catalogue import current
from engine.definitions.folder import Folder
from engine.foundation.errors import NotAllowed
from engine.foundation.lines import CONTROL_CHARACTERS
from models import (
    AuditEvent,
    Case,
    CaseText,
    Clock,
    Cosignature,
    ImportBatch,
    ImportRow,
    Meeting,
    Notification,
    Task,
    db,
)
from tests.support.cast import Cast
from tests.support.sheets import CUT_OFF, NO_SUCH_TEXT, sheet_of

KEY = "suggestion"
WRITTEN = (Case, ImportBatch, ImportRow, AuditEvent, Meeting)
REAL = Path(__file__).parent / "fixtures" / "key-suggestions-2017.csv"
WHOLE = {
    "届次": "省十四届人大四次会议",
    "编号": "省十四届人大四次会议第0101号",
    "标题": "关于农村饮水安全的建议",
    "情况与分析": "部分村庄饮水不稳定。",
    "具体建议": "1. 加大投入。\n2. 建立管护机制。",
    "领衔代表": "王代表",
    "联名代表": "李代表、赵代表",
    "类别": "农业农村",
    "主办单位": "省水利厅",
    "会办单位": "省财政厅",
    "提出日期": "2026-01-22",
    "交办日期": "2026-02-05",
}


def csv_of(*rows: dict[str, str]) -> bytes:
    header = list(dict.fromkeys(title for row in rows for title in row))
    lines = [header, *[[row.get(title, "") for title in header] for row in rows]]
    return "\n".join(",".join(f'"{cell}"' for cell in line) for line in lines).encode("utf-8-sig")


def take_in(cast: Cast, content: bytes, filename: str = "台账.csv") -> Report:
    ledger = read_ledger(folder_of(), filename, content)
    return import_ledger(cast.actor("assigner"), process_key=KEY, filename=filename, ledger=ledger)


def folder_of() -> Folder:
    return current(KEY).folder


def test_a_whole_row_becomes_a_case_with_its_units_and_clocks(cast: Cast) -> None:
    report = take_in(cast, csv_of(WHOLE))
    assert (len(report.accepted), report.refused) == (1, [])
    case = db.session.get_one(Case, report.accepted[0][1])
    assert (case.number, case.status, case.stage) == (WHOLE["编号"], "open", "sign")
    answer = db.session.scalars(sa.select(Clock).where(Clock.key == "answer")).one()
    assert (answer.started_on, answer.due_on) == (dt.date(2026, 2, 5), dt.date(2026, 5, 6))
    assert sorted(db.session.scalars(sa.select(Task.node).where(Task.open))) == ["co_sign_for", "sign_for"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Cosignature)) == 2
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Notification)) == 0
    recorded = set(db.session.scalars(sa.select(AuditEvent.action)))
    assert {"ledger:begun", "case:imported", "case:assigned", "ledger:finished"} <= recorded


def test_the_same_file_again_changes_nothing(cast: Cast) -> None:
    take_in(cast, csv_of(WHOLE))
    again = take_in(cast, csv_of(WHOLE))
    assert (len(again.accepted), len(again.repeated)) == (0, 1)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 1


def test_the_real_key_suggestions_go_in_as_they_are(cast: Cast) -> None:
    report = take_in(cast, REAL.read_bytes(), REAL.name)
    assert (len(report.accepted), report.refused) == (14, [])
    case = db.session.get_one(Case, report.accepted[0][1])
    assert case.fields == {"field": "环境保护", "leader_in_charge": "副省长一"}
    assert case.stage == "review"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"标题": ""}, "缺少“标题”"),
        ({"届次": "去年"}, "届次"),
        ({"届次": "省99999999999届人大四次会议"}, "届次"),
        ({"届次": f"省{'1' * 5000}届人大四次会议"}, "届次"),
        ({"届次": f"{'长' * 600}省十四届人大四次会议"}, "届次"),
        ({"届次": "省十四届人大〇次会议"}, "届次"),
        ({"领衔代表": "没有这人"}, "没有名为“没有这人”的代表"),
        ({"主办单位": "火星局"}, "没有名为“火星局”的承办单位"),
        ({"会办单位": "省水利厅"}, "出现了两次"),
        ({"主办单位": "省水利厅、省教育厅"}, "主办单位只能有一个"),
        ({"主办单位": ""}, "没有主办单位"),
        ({"主办单位": "", "会办单位": "", "分办单位": "省水利厅"}, "分办至少"),
        ({"交办日期": "二月五日"}, "不是日期"),
        ({"交办日期": "2026-01-01"}, "早于"),
        ({"交办日期": ""}, "没有交办日期"),
        ({"具体建议": ""}, "写明具体建议"),
        ({"类别": "天文"}, "没有“天文”这个类别"),
        ({"联名代表": "王代表"}, "不能同时联名"),
    ],
)
def test_a_bad_row_is_refused_with_its_reason(cast: Cast, change: dict[str, str], reason: str) -> None:
    report = take_in(cast, csv_of({**WHOLE, **change}))
    assert report.accepted == []
    assert reason in "".join(report.refused[0].reasons)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 0


def test_a_refused_file_can_be_corrected_and_sent_again(cast: Cast) -> None:
    report = take_in(cast, csv_of(WHOLE, {**WHOLE, "编号": "第0102号", "领衔代表": "没有这人"}))
    assert len(report.accepted) == 1
    content = refused_ledger(folder_of(), [(row.cells, "".join(row.reasons)) for row in report.refused])
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    header = [cell.value for cell in sheet[1]]
    assert header[-1] == REASON
    sheet.cell(2, header.index("领衔代表") + 1).value = "李代表"
    sheet.cell(2, header.index("联名代表") + 1).value = "赵代表"
    corrected = io.BytesIO()
    book.save(corrected)
    again = take_in(cast, corrected.getvalue(), "改正.xlsx")
    assert (len(again.accepted), again.refused) == (1, [])


def test_a_number_that_is_taken_is_refused(cast: Cast) -> None:
    take_in(cast, csv_of(WHOLE))
    report = take_in(cast, csv_of({**WHOLE, "标题": "另一件"}))
    assert [each.code for each in report.refused[0].faults] == ["number_taken"]


@pytest.mark.parametrize(
    ("filename", "content"),
    [
        ("a.xlsx", b"not a zip"),
        ("a.xls", b"\xd0\xcf\x11\xe0"),
        ("a.csv", b"\xff\xfe\x00\x01"),
        ("a.csv", "标题\n只有标题".encode()),
        ("a.csv", "标题,届次\n".encode("utf-16-le")),
        ("a.csv", f"标题,届次{',x' * 2000}\n甲,乙{',y' * 2000}".encode()),
        ("a.csv", b""),
        ("a.csv", "标题,届次,标题\n甲,省十四届人大四次会议,乙".encode()),
        ("a.csv", "标题,届次\n".encode() + b"x" * 200_000 + "，省".encode()),
        ("a.csv", b"\n" * 10 + csv_of(WHOLE)),
        ("a.xlsx", sheet_of(CUT_OFF)),
        ("a.xlsx", sheet_of(NO_SUCH_TEXT)),
    ],
)
def test_a_file_that_is_no_ledger_is_refused(cast: Cast, filename: str, content: bytes) -> None:
    with pytest.raises(LedgerUnreadable):
        read_ledger(folder_of(), filename, content)


def test_the_names_of_the_columns_may_stand_below_a_title_and_be_spread(cast: Cast) -> None:
    book = openpyxl.Workbook()
    for line in (
        ["省十四届人大四次会议代表建议台账"],
        [],
        ["序号", "标 题", "届　次"],
        [1, "甲", "乙"],
        [],
        [2, "丙", "丁"],
    ):
        book.active.append(line)
    book.active.merge_cells("A1:C1")
    buffer = io.BytesIO()
    book.save(buffer)
    read = read_ledger(folder_of(), "台账.xlsx", buffer.getvalue())
    assert read.rows == [(4, {"标题": "甲", "届次": "乙"}), (6, {"标题": "丙", "届次": "丁"})]


def test_the_template_is_read_as_an_empty_ledger(cast: Cast) -> None:
    assert read_ledger(folder_of(), "模板.xlsx", template(folder_of())) == Ledger([])


def test_gb18030_is_read(cast: Cast) -> None:
    content = csv_of(WHOLE).decode("utf-8-sig").encode("gb18030")
    assert len(read_ledger(folder_of(), "台账.csv", content).rows) == 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_what_spreadsheet_programs_call_unicode_text_is_read(cast: Cast, encoding: str) -> None:
    text = "\t".join(WHOLE) + "\r\n" + "\t".join(f'"{cell}"' for cell in WHOLE.values())
    mark = "" if encoding == "utf-16" else "\ufeff"
    ledger = read_ledger(folder_of(), "台账.csv", (mark + text).encode(encoding))
    assert ledger.rows == [(2, WHOLE)] and ledger.unused == ()


def test_signs_that_nothing_can_show_are_no_part_of_a_case(cast: Cast) -> None:
    """No page, no paper and no terminal could keep them; a name that is broken into lines is one name."""
    bad = {"标题": "关于\x01饮水", "领衔代表": "\x1b]0;王代表\x07", "情况与分析": "甲\x0b乙"}
    report = take_in(cast, csv_of({**WHOLE, **bad}))
    (row,) = report.refused
    assert [each.values for each in row.faults if each.code == "cell_unshowable"] == [
        {"column": title} for title in ("标题", "情况与分析", "领衔代表")
    ]
    assert not CONTROL_CHARACTERS.search("".join(row.reasons))
    broken = {"标题": "关于农村\r\n饮水安全的\u200b建议", "情况与分析": "甲\r\n乙", "领衔代表": "王\n代表"}
    report = take_in(cast, csv_of({**WHOLE, **broken}))
    case = db.session.get_one(Case, report.accepted[0][1])
    assert case.title == "关于农村饮水安全的建议"
    assert db.session.scalars(sa.select(CaseText.body)).one()["background"] == "甲\n乙"
    odd = f"标题,届次,\x1b[31m红,{'长' * 5000}\n甲,省十四届人大四次会议,x,y"
    told = read_ledger(folder_of(), "台账.csv", odd.encode()).unused
    assert [each.title for each in told] == ["[31m红", "长" * 60 + "…"]


@pytest.mark.parametrize("sign", [";", "\t", ","])
def test_cells_may_stand_apart_by_semicolons_or_tabs(cast: Cast, sign: str) -> None:
    """As the separator of lists in the system of whoever saved it; signs within cells separate nothing."""
    cells = {
        **WHOLE,
        "情况与分析": "村庄甲,乙;丙\t丁,戊;己\t庚,辛;壬\t癸,子;丑",
        "标题": "关于饮水;污水的建议",
    }
    content = csv_of(cells).decode("utf-8-sig")
    header, row = content.split("\n", 1)
    text = "台账,一;二\n" + header.replace('","', f'"{sign}"') + "\n" + row.replace('","', f'"{sign}"')
    for encoding in ("utf-8-sig", "gb18030"):
        read = read_ledger(folder_of(), "台账.csv", text.encode(encoding))
        assert read.rows == [(3, cells)] and read.unused == ()
    report = import_ledger(cast.actor("assigner"), process_key=KEY, filename="台账.csv", ledger=read)
    assert len(report.accepted) == 1
    plain = f"序号{sign}标题{sign}届次\n1{sign}甲{sign}省十四届人大四次会议"
    assert [each for _n, each in read_ledger(folder_of(), "x.csv", plain.encode()).rows] == [
        {"标题": "甲", "届次": "省十四届人大四次会议"}
    ]


def test_columns_that_nothing_is_made_of_are_told_with_the_name_that_may_be_meant(cast: Cast) -> None:
    cells = {title: cell for title, cell in WHOLE.items() if title not in ("主办单位", "提出日期")}
    more = {"序 号": "1", "主办部门": "省水利厅", "会办部门": "省财政厅"}
    more |= {"提出时间": "", "备注": "", REASON: "旧的原因"}
    book = openpyxl.load_workbook(io.BytesIO(refused_ledger(folder_of(), [])))
    sheet = book.worksheets[0]
    sheet.delete_rows(1)
    sheet.append([*cells, *more, None])
    sheet.append([*cells.values(), *more.values(), "没有列名的"])
    buffer = io.BytesIO()
    book.save(buffer)
    ledger = read_ledger(folder_of(), "台账.xlsx", buffer.getvalue())
    # Nothing stands in «提出时间» and «备注»; «会办部门» cannot be meant for «会办单位», which is there.
    place = len(cells)
    assert ledger.unused == (
        Unused(place + 1, "序号"),
        Unused(place + 2, "主办部门", "主办单位"),
        Unused(place + 3, "会办部门"),
        Unused(place + 7, ""),
    )
    import_ledger(cast.actor("assigner"), process_key=KEY, filename="台账.xlsx", ledger=ledger)
    batch = db.session.scalars(sa.select(ImportBatch)).one()
    assert batch.unused[1] == {"place": place + 2, "title": "主办部门", "near": "主办单位"}


def test_what_is_wrong_with_a_row_is_kept_for_every_language(cast: Cast) -> None:
    bad = {**WHOLE, "领衔代表": "没有这人", "提出日期": "上周", "类别": "天文"}
    take_in(cast, csv_of(bad))
    batch = db.session.scalars(sa.select(ImportBatch)).one()
    (row,) = refused_rows(cast.actor("assigner"), batch.id)
    assert {each.code: dict(each.values) for each in row.faults} == {
        "deputy_unknown": {"name": "没有这人"},
        "category_unknown": {"name": "天文"},
        "no_day": {"cell": "上周"},
        "units_without_lead_deputy": {},
    }
    assert row.words == "".join(each.said for each in row.faults) == "".join(row.reasons)
    # A row of before faults were kept, and one with a code that this version does not know: the words of then.
    for faults in ([], [{"code": "of_another_version", "values": {}}]):
        db.session.execute(sa.update(ImportRow).values(faults=faults))
        (old,) = refused_rows(cast.actor("assigner"), batch.id)
        assert old.faults == () and old.reasons == [row.words]


def test_what_is_checked_first_comes_to_what_taking_it_in_comes_to_and_writes_nothing(cast: Cast) -> None:
    take_in(cast, csv_of({**WHOLE, "编号": "第1号"}))
    rows = (
        {**WHOLE, "编号": "第1号"},  # taken in before
        {**WHOLE, "编号": "第1号", "标题": "另一件"},
        {**WHOLE, "编号": "第2号"},
        {**WHOLE, "编号": "第2号"},  # twice in this file
        {**WHOLE, "编号": "第2号", "标题": "又一件"},
        {**WHOLE, "编号": "第3号", "类别": "天文", "领衔代表": "没有这人"},
    )
    before = [db.session.scalar(sa.select(sa.func.count()).select_from(each)) for each in WRITTEN]
    ledger = read_ledger(folder_of(), "台账.csv", csv_of(*rows))
    forecast = check_ledger(cast.actor("assigner"), process_key=KEY, ledger=ledger)
    assert [db.session.scalar(sa.select(sa.func.count()).select_from(each)) for each in WRITTEN] == before
    report = take_in(cast, csv_of(*rows))
    assert [row for row, _case in forecast.accepted] == [row for row, _case in report.accepted] == [4]
    assert [row for row, _case in forecast.repeated] == [row for row, _case in report.repeated] == [2, 5]
    assert forecast.refused == report.refused and len(report.refused) == 3
    with pytest.raises(NotAllowed):
        check_ledger(cast.actor("deputy1"), process_key=KEY, ledger=ledger)


def test_a_deputy_may_not_import(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        import_ledger(cast.actor("deputy1"), process_key=KEY, filename="x.csv", ledger=Ledger([]))


@pytest.mark.parametrize(
    ("words", "number"), [("十二", 12), ("五", 5), ("二十", 20), ("14", 14), ("二十一", 21)]
)
def test_chinese_numbers_are_read(words: str, number: int) -> None:
    assert chinese_number(words) == number


@pytest.mark.parametrize(
    "words",
    [
        "2026-01-22", "2026/1/22", "2026.1.22", "2026年1月22日", " 2026 年 1 月 22 日", "２０２６年１月２２日",
        "２０２６－０１－２２", "二〇二六年一月二十二日", "二○二六年一月二十二日", "20260122", "2026-01-22 08:30:00",
        "2026-01-22T08:30", "46044",
    ],
)  # fmt: skip
def test_days_are_read_as_offices_write_them(words: str) -> None:
    assert written_day(words) == dt.date(2026, 1, 22)


@pytest.mark.parametrize(
    "words",
    [
        "2026-02-30", "二〇二六年二月三十日", "20261301", "1月22日", "26-1-22", "2026年1月", "22/01/2026", "2026-1/22",
        "2026122", "3026-01-22", "1026-01-22", "00000", "99999", "4604", "昨天", "", "二〇二六年一月二十二",
        "2026-01-22-01",
    ],
)  # fmt: skip
def test_what_is_no_day_or_could_be_two_is_not_guessed(words: str) -> None:
    assert written_day(words) is None
