"""Rule packs: what stands in the files, how they are refused, how a case pins them."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest

from engine.deadlines.packs import RulePackInvalid, load_pack, load_packs
from engine.deadlines.rules import UnknownRule, pack_from_record
from engine.deadlines.standing import Source, comparator

PACKS = load_packs()
TODAY = dt.date(2026, 3, 2)
HEAD = 'key = "local"\nversion = "1"\njurisdiction = "某省"\ntitle = { zh = "某", en = "Some" }\n'
RULE = """
[[rule]]
id = "answer"
title = { zh = "答复", en = "Answer" }
quantity = 3
unit = "m"
start_event = "assigned"
legal_basis = { text = "某法", article = "第一条" }
source = "statute"
"""


@pytest.mark.parametrize(
    ("pack", "number", "id", "length", "source"),
    [
        ("national", "D1", "answer", "3m", Source.STATUTE),
        ("national", "D2", "answer_extended", "6m", Source.STATUTE),
        ("national", "D11", "publish_reply", "20wd", Source.STATUTE),
        ("national", "D15", "report_draft_to_committee", "-20d", Source.STATUTE),
        ("national", "D15", "report_to_standing_committee", "-10d", Source.STATUTE),
        ("national", "D15", "report_to_members", "-7d", Source.STATUTE),
        ("national", "D17", "audit_rectification_report", "6m", Source.STATUTE),
        ("national", "D19", "budget_draft_to_committee", "-30d", Source.STATUTE),
        ("national", "D21", "budget_to_departments", "20d", Source.STATUTE),
        ("national", "D21", "budget_to_units", "15d", Source.STATUTE),
        ("national", "D22", "transfers_special", "60d", Source.STATUTE),
        ("national", "D23", "normative_filing", "30d", Source.STATUTE),
        ("shanxi", "D1", "answer", "3m", Source.STATUTE),
        ("shanxi", "D3", "intake_assign", "10wd", Source.COMPARATOR),
        ("shanxi", "D4", "return_request", "10wd", Source.COMPARATOR),
        ("shanxi", "D5", "reassign", "10wd", Source.COMPARATOR),
        ("shanxi", "D6", "first_contact", "20wd", Source.COMPARATOR),
        ("shanxi", "D7", "co_opinion", "1m", Source.COMPARATOR),
        ("shanxi", "D8", "co_opinion_redo", "5wd", Source.COMPARATOR),
        ("shanxi", "D9", "evaluation", "20wd", Source.COMPARATOR),
        ("shanxi", "D10", "redo_reply", "1m", Source.COMPARATOR),
        ("shanxi", "", "sign_for", "3wd", Source.HOUSE),
        ("shanxi", "", "route", "5wd", Source.HOUSE),
        ("shanxi", "", "extension_decision", "5wd", Source.HOUSE),
        ("shanxi", "", "panel", "20wd", Source.HOUSE),
    ],
)
def test_the_packs_hold_the_periods_of_the_trade(
    pack: str, number: str, id: str, length: str, source: Source
) -> None:
    rule = PACKS[pack].rule(id, on=TODAY)
    assert (rule.number, str(rule.length), rule.source) == (number, length, source)


def test_the_rules_of_a_parent_keep_their_own_version() -> None:
    assert PACKS["shanxi"].rule("answer", on=TODAY).version.startswith("national ")
    assert PACKS["shanxi"].rule("evaluation", on=TODAY).version.startswith("shanxi ")


def test_every_default_says_that_it_is_to_be_confirmed() -> None:
    rules = [rule for versions in PACKS["shanxi"].rules.values() for rule in versions]
    assert {rule.to_be_confirmed for rule in rules if rule.jurisdiction == "山西省"} == {True}
    assert all("待省人大确认" in str(rule.legal_basis) for rule in rules if rule.to_be_confirmed)


def test_the_article_in_force_on_the_day_is_the_one_cited() -> None:
    before, since = dt.date(2025, 3, 10), dt.date(2025, 3, 11)
    assert PACKS["national"].rule("answer", on=before).legal_basis.article == "第四十二条"
    assert PACKS["national"].rule("answer", on=since).legal_basis.article == "第五十一条"


def test_a_rule_that_is_not_in_force_is_not_found() -> None:
    for id, on in (("answer", dt.date(1999, 1, 1)), ("no_such_rule", TODAY)):
        with pytest.raises(UnknownRule, match=id):
            PACKS["national"].rule(id, on=on)


@pytest.mark.parametrize("key", sorted(PACKS))
def test_a_pinned_pack_comes_back_equal(key: str) -> None:
    pack = PACKS[key]
    again = pack_from_record(json.loads(json.dumps(pack.as_record())))
    assert again == pack
    assert again.content_hash == pack.content_hash
    assert len(pack.content_hash) == 64


def test_a_pack_changes_its_hash_with_its_content(tmp_path: Path) -> None:
    write(tmp_path, RULE)
    first = load_pack("local", tmp_path).content_hash
    write(tmp_path, RULE.replace("quantity = 3", "quantity = 2"))
    assert load_pack("local", tmp_path).content_hash != first


def test_a_child_replaces_the_rule_of_its_parent(tmp_path: Path) -> None:
    write(tmp_path, RULE)
    child = (
        HEAD.replace("local", "city") + 'parent = "local"\n' + RULE.replace("quantity = 3", "quantity = 2")
    )
    (tmp_path / "city.toml").write_text(child, encoding="utf-8")
    assert load_pack("city", tmp_path).rule("answer", on=TODAY).quantity == 2


def write(folder: Path, rules: str, head: str = HEAD) -> None:
    (folder / "local.toml").write_text(head + rules, encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('unit = "m"', 'unit = "y"', "unit"),
        ("quantity = 3", 'quantity = "3"', "quantity"),
        ("quantity = 3", "quantity = true", "quantity"),
        ("quantity = 3", "quantity = 0", "0m"),
        ("quantity = 3\n", "", "quantity"),
        ('id = "answer"', 'id = "D-1"', "snake_case"),
        ('unit = "m"', 'unit = "m"\ncolour = "red"', "unknown field colour"),
        ('unit = "m"', 'unit = "m"\ndirection = "backward"', "next_workday"),
        ('unit = "m"', 'unit = "m"\nwarn = ["1m"]', "threshold"),
        ('unit = "m"', 'unit = "m"\nwarn = "30d"', "warn"),
        ('unit = "m"', 'unit = "m"\nwarn = [30]', "warn"),
        ('unit = "m"', 'unit = "m"\nextendable_to = "longer"', "longer"),
        ('unit = "m"', 'unit = "m"\neffective_from = 2026-02-01\neffective_to = 2026-01-01', "effective_to"),
        ('article = "第一条"', 'paragraph = "第一条"', "legal_basis"),
        ('source = "statute"', 'source = "rumour"', "source"),
    ],
)
def test_a_bad_rule_is_refused_with_its_file_and_id(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in RULE
    write(tmp_path, RULE.replace(old, new))
    with pytest.raises(RulePackInvalid) as refusal:
        load_pack("local", tmp_path)
    assert "local.toml: rule " in str(refusal.value)
    assert words in str(refusal.value)


def test_two_versions_in_force_on_one_day_are_refused(tmp_path: Path) -> None:
    write(tmp_path, RULE + RULE)
    with pytest.raises(RulePackInvalid, match=r"local.toml: answer: two versions"):
        load_pack("local", tmp_path)


@pytest.mark.parametrize(
    "head", ["", HEAD.replace('version = "1"\n', ""), HEAD.replace("local", "other"), "= 3"]
)
def test_a_bad_head_is_refused_with_its_file(tmp_path: Path, head: str) -> None:
    write(tmp_path, RULE, head)
    with pytest.raises(RulePackInvalid, match=r"local\.toml: "):
        load_pack("local", tmp_path)


def test_a_pack_cannot_inherit_from_itself(tmp_path: Path) -> None:
    write(tmp_path, RULE, HEAD + 'parent = "local"\n')
    with pytest.raises(RulePackInvalid, match="inherits from itself"):
        load_pack("local", tmp_path)


def test_a_missing_pack_is_named(tmp_path: Path) -> None:
    with pytest.raises(RulePackInvalid, match="nowhere.toml"):
        load_pack("nowhere", tmp_path)


RETENTION = """
[[retention]]
key = "years30"
title = { zh = "三十年", en = "Thirty years" }
years = 30
legal_basis = { text = "某规定", article = "第六条" }
source = "statute"
"""
PLACE = """
[[comparator]]
key = "渝"
name = { zh = "重庆", en = "Chongqing" }
act = "某条例"
"""
PRACTICE = """
[[practice]]
key = "cards"
title = { zh = "警示牌", en = "Cards" }
summary = { zh = "超期发牌。", en = "Late brings a card." }
set_in = "process.toml"
source = "comparator"
comparators = ["渝29"]
value = 2
"""


STANDARD = """
[performance]
legal_basis = { text = "某办法" }
[[performance.values]]
key = "grade_good"
title = { zh = "良", en = "Good" }
value = "75.5"
source = "local"
"""


def test_other_parts_of_a_pack_are_read_and_come_back_equal(tmp_path: Path) -> None:
    write(tmp_path, RULE + RETENTION + PLACE + PRACTICE + STANDARD)
    pack = load_pack("local", tmp_path)
    assert pack.retention_classes(TODAY)["years30"].basis == "某规定第六条"
    assert (pack.practised("cards", 9), pack.practised("nothing", 9)) == (2, 9)
    found = comparator("渝29 10wd", pack.places)
    assert (found.place.name.en, found.article, found.length) == ("Chongqing", 29, "10wd")
    assert pack_from_record(json.loads(pack.as_json())) == pack


@pytest.mark.parametrize(
    ("part", "old", "new", "words"),
    [
        (RETENTION, "years = 30", "", "either years, or permanent"),
        (RETENTION, "years = 30", "years = 30\npermanent = true", "either years, or permanent"),
        (RETENTION, "years = 30", "years = 0", "years"),
        (RETENTION, "years = 30", "years = 30\nunit = 'y'", "unknown field unit"),
        (RETENTION, 'text = "某规定", ', "", "text is missing"),
        (
            RETENTION,
            "years = 30",
            "years = 30\neffective_from = 2026-02-01\neffective_to = 2026-01-01",
            "effective",
        ),
        (RETENTION, RETENTION, RETENTION * 2, "two versions"),
        (RETENTION, '"statute"', '"default"', "comparator or house"),
        (PLACE + PRACTICE, "渝29", "沪29", "comparator '沪29'"),
        (PLACE + PRACTICE, "渝29", "渝29 soon", "comparator"),
        (PLACE + PRACTICE, 'comparators = ["渝29"]', "", "name the place"),
        (PLACE + PRACTICE, "value = 2", "value = 0", "value"),
        (PLACE + PRACTICE, 'set_in = "process.toml"', "", "set_in"),
        (PLACE, PLACE, PLACE * 2, "twice"),
        (STANDARD, '"75.5"', "75.5", "written as text"),
        (STANDARD, '"75.5"', '"many"', "is no number"),
        (STANDARD, '"75.5"', '"100.5"', "not from 0 to 100"),
        (STANDARD, '"grade_good"', '"grade_best"', "no scoring asks"),
        (STANDARD, '"grade_good"', '"reverse_school"', "none of linear, ratio"),
        (STANDARD, "legal_basis", "basis", "legal_basis is missing"),
        (STANDARD, '"local"', '"comparator"', "name the place"),
        (STANDARD, 'source = "local"', 'source = "local"\nunit = "分"', "unknown field unit"),
        (RULE, 'source = "statute"', 'source = "default"', "comparator or house"),
        (RULE, 'source = "statute"', 'source = "comparator"', "name the place"),
    ],
)
def test_a_bad_part_is_refused_with_its_file_and_reason(
    tmp_path: Path, part: str, old: str, new: str, words: str
) -> None:
    assert old in part
    write(tmp_path, ("" if part is RULE else RULE) + part.replace(old, new))
    with pytest.raises(RulePackInvalid) as refusal:
        load_pack("local", tmp_path)
    assert str(refusal.value).startswith("local.toml: ")
    assert words in str(refusal.value)


def test_a_province_has_standards_of_its_own_beside_those_of_its_parent(tmp_path: Path) -> None:
    other = STANDARD.replace("grade_good", "grade_fair").partition("[[performance.values]]")[2]
    above = HEAD.replace('"local"', '"above"') + STANDARD + "[[performance.values]]" + other
    (tmp_path / "above.toml").write_text(above, encoding="utf-8")
    write(tmp_path, 'parent = "above"\n' + STANDARD.replace('"75.5"', '"82"'))
    found = load_pack("local", tmp_path).performance
    assert {key: each.value for key, each in found.items()} == {"grade_good": "82", "grade_fair": "75.5"}


def test_no_default_is_left_that_does_not_say_how_it_stands() -> None:
    for pack in PACKS.values():
        for versions in pack.rules.values():
            assert all(rule.source is not Source.DEFAULT for rule in versions)
            assert all(rule.jurisdiction for rule in versions)
        above = PACKS[pack.parent].bases if pack.parent else {}
        for key, article in pack.bases.items():
            assert article.jurisdiction == ("全国" if key in above else pack.jurisdiction), key
    assert {"cards", "yellows_make_red"} <= PACKS["shanxi"].practices.keys()


def test_packs_pinned_before_there_were_more_parts_keep_their_hash() -> None:
    pack = PACKS["national"]
    rules = {id: tuple(replace(rule, comparators=()) for rule in each) for id, each in pack.rules.items()}
    bases = {key: replace(each, jurisdiction="") for key, each in pack.bases.items()}
    newer = {name: {} for name in ("retentions", "practices", "places", "performance", "thresholds")}
    old = replace(pack, rules=rules, bases=bases, **newer)  # type: ignore[arg-type]
    assert not newer.keys() & old.as_record().keys()
    assert all("comparators" not in each for each in old.as_record()["rules"])
    assert all(
        each.keys() == {"key", "text", "article", "title", "summary"} for each in old.as_record()["bases"]
    )
