"""A small budget for the tests: two heads of revenue, three of spending, in 万元, as a file and as lines."""

from __future__ import annotations

import csv
import io

TITLES = [
    "预算", "收支", "科目编码", "科目名称", "年初预算数", "调整预算数", "本月数", "累计数",
    "上年同期累计数", "重点支出", "结转年度",
]  # fmt: skip
ROWS = [
    ["一般公共预算", "收入", "101", "税收收入", "8,000", "", "700", "5,600", "5,300.5", "", ""],
    ["", "", "10101", "增值税", "5,000", "", "400", "3,500", "3,200.5", "", ""],
    ["", "", "10104", "企业所得税", "3,000", "", "300", "2,100", "2,100", "", ""],
    ["", "", "103", "非税收入", "1,000", "", "60", "650", "640", "", ""],
    ["", "", "", "本年收入合计", "9,000", "", "760", "6,250", "5,940.5", "", ""],
    ["一般公共预算", "支出", "205", "教育支出", "4,000", "4,000", "350", "2,800", "2,600", "是", ""],
    ["", "", "213", "农林水支出", "3,000", "3,000", "250", "2,000", "1,900", "", ""],
    ["", "", "227", "预备费", "140", "140", "", "0", "", "", ""],
    ["一般公共预算", "结转", "213", "农林水支出", "50", "", "", "50", "", "", "2024"],
]


def rows(*changes: tuple[int, str, str], leave: tuple[int, ...] = ()) -> list[list[str]]:
    """The rows with some cells changed: (row from 0, title, words), and some left out."""
    made = [list(row) for row in ROWS]
    for row, title, words in changes:
        made[row][TITLES.index(title)] = words
    return [row for number, row in enumerate(made) if number not in leave]


def csv_file(
    body: list[list[str]], above: tuple[str, ...] = ("单位：万元",), encoding: str = "utf-8"
) -> bytes:
    """The rows as a .csv file; the titles stand in the row after `above`."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerows([[words] for words in above])
    writer.writerow(TITLES)
    writer.writerows(body)
    return buffer.getvalue().encode(encoding)
