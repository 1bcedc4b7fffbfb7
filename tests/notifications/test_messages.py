"""Texts and notices: what is refused when they are read, and what they say."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from engine.people.roles import ROLES
from notifications.messages import TextRefused, load_notices, parse, render
from tests.notifications import folders

SAMPLE = {
    "actor": "李明",
    "case_number": "2026-007",
    "case_title": "关于治理汾河的建议",
    "congress": "山西省人民代表大会",
    "contact_phone": "0351-1234567",
    "days": 7,
    "deputy": "王建国",
    "due_on": dt.date(2026, 6, 30),
    "link": "https://duban.example.org/cases/7",
    "commitment": "完成两处干渠改造。",
    "reason": "超出职权范围",
    "recipient": "赵红",
    "result": "不满意",
    "round": 2,
    "task": "签收",
    "unit": "省水利厅",
}


def with_notice(**fields: object) -> dict[str, str]:
    entry = {"on": "case:accepted", "to": ["lead_deputy"], "text": "unit_told"} | fields
    lines = [f"{name} = {value!r}" for name, value in entry.items()]
    return folders.sample() | {"notices.toml": "\n".join(["[[notice]]", *lines])}


@pytest.mark.parametrize("folder", folders.with_notices(), ids=lambda folder: folder.name)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_text_says_what_its_snapshot_says(folder: Path, language: str) -> None:
    files = folders.files_of(folder)
    notices = load_notices(files, ROLES)
    for happening in notices.by_happening.values():
        for notice in happening:
            subject, body = render(notice.texts, language, SAMPLE)
            folders.assert_snapshot(f"{folder.name}/{language}/{notice.name}", f"{subject}\n\n{body}\n")


def test_the_first_line_is_the_subject_and_the_rest_the_body() -> None:
    text = parse("一\n\n二\n三\n", "x.txt")
    assert render({"zh": text}, "zh", {}) == ("一", "二\n三")


def test_a_reader_of_another_language_gets_chinese() -> None:
    texts = load_notices(folders.sample()).on("assignment:assigned")[1].texts
    assert render(texts, "fr", SAMPLE) == render(texts, "zh", SAMPLE)


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("一\n\n{nobody}", "t.txt:3: unknown placeholder {nobody}"),
        ("一\n{actor.name}", "t.txt:2: unknown placeholder {actor.name}"),
        ("一\n{actor!r}", "t.txt:2: unknown placeholder {actor!r}"),
        ("一 {actor\n二", "t.txt:1: a brace that belongs to no placeholder"),
        ("一\n二 }", "t.txt:2: a brace that belongs to no placeholder"),
        ("一\n[理由：{reason}", "t.txt:2: a bracket without its other half"),
        ("一\n[[{reason}]]", "t.txt:2: a bracket without its other half"),
        ("一\n[理由]", "t.txt:2: [理由] has no placeholder that could be missing"),
        ("一", "t.txt:1: a text needs a subject"),
        ("", "t.txt:1: a text needs a subject"),
    ],
)
def test_a_text_that_cannot_be_used_is_refused_with_its_line(source: str, complaint: str) -> None:
    with pytest.raises(TextRefused) as refusal:
        parse(source, "t.txt")
    assert complaint in str(refusal.value)


def test_a_value_that_looks_like_a_placeholder_is_text() -> None:
    text = parse("{case_title}\n{reason}", "t.txt")
    values = {"case_title": "{reason}", "reason": "{actor.__class__}"}
    assert render({"zh": text}, "zh", values) == ("{reason}", "{actor.__class__}")


def test_a_missing_fact_is_a_dash_and_no_refusal() -> None:
    assert render({"zh": parse("一\n{due_on}", "t")}, "zh", {})[1] == "—"


def test_what_stands_in_brackets_is_left_out_where_its_fact_is_missing() -> None:
    text = parse("[{case_number} ]{case_title}\n[理由：{reason}，{unit}]。", "t")
    assert render({"zh": text}, "zh", SAMPLE | {"case_number": None, "reason": ""}) == (
        SAMPLE["case_title"],
        "。",
    )
    whole = render({"zh": text}, "zh", SAMPLE | {"case_title": "[{reason}]", "reason": "一[二]"})
    assert whole == ("2026-007 [{reason}]", "理由：一[二]，省水利厅。")


def test_a_fact_said_in_every_language_is_read_in_ones_own() -> None:
    text, said = parse("一\n{result}", "t"), {"result": {"zh": "同意", "en": "agreed"}}
    assert render({"zh": text, "en": text}, "en", said)[1] == "agreed"
    assert render({"zh": text}, "fr", said)[1] == "同意"


def test_a_day_is_written_as_its_reader_writes_it() -> None:
    text = parse("一\n{due_on}", "t")
    texts = {"zh": text, "en": text}
    assert render(texts, "zh", SAMPLE)[1] == "2026年6月30日"
    assert render(texts, "en", SAMPLE)[1] == "2026-06-30"


def test_a_subject_is_one_line_and_never_too_long() -> None:
    text = parse("{case_title}\n二", "t")
    subject, _ = render({"zh": text}, "zh", {"case_title": "甲\r\nBcc: x@example.org\n" + "长" * 900})
    assert "\n" not in subject and "\r" not in subject
    assert len(subject) == 200


def test_a_text_missing_in_one_language_is_refused() -> None:
    files = folders.sample()
    del files["texts/en/unit_told.txt"]
    with pytest.raises(TextRefused, match="texts/en/unit_told.txt is missing"):
        load_notices(files)


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"to": ["lead_deputy", "everybody"]}, "unknown recipient 'everybody'"),
        ({"to": ["units."]}, "unknown recipient 'units.'"),
        ({"to": ["units.registar"]}, "unknown role in recipient 'units.registar'"),
        ({"to": []}, "to is missing"),
        ({"on": "accepted"}, "on must read subject:action"),
        ({"channels": ["pigeon"]}, "unknown channel 'pigeon'"),
        ({"per": "year"}, "unknown per 'year'"),
        ({"text": ""}, "text is missing"),
        ({"when": "now"}, "unknown field 'when'"),
        ({"importance": "huge"}, "unknown importance 'huge'"),
        ({"within": 7}, "within is said of a clock that warns"),
        ({"on": "clock.answer:overdue", "within": 7}, "within is said of a clock that warns"),
        ({"on": "clock.answer:warned", "within": "7d"}, "within must be a number of days"),
        ({"on": "clock.answer:warned", "within": -1}, "within must be a number of days"),
        ({"once": "yes"}, "once must be true or false"),
    ],
)
def test_a_notice_that_cannot_be_used_is_refused(fields: dict[str, object], complaint: str) -> None:
    with pytest.raises(TextRefused) as refusal:
        load_notices(with_notice(**fields), ROLES)
    assert complaint in str(refusal.value)
    assert "notice 1" in str(refusal.value)


def test_a_folder_without_notices_tells_nobody() -> None:
    assert load_notices({}).on("case:accepted") == ()


def test_broken_toml_is_refused_by_name() -> None:
    with pytest.raises(TextRefused, match="notices.toml"):
        load_notices({"notices.toml": "[[notice"})
