"""Every step rests on an article: a folder without one is not deployed, a step whose article is gone is not done."""

from __future__ import annotations

import dataclasses
import re

import pytest

from engine import capabilities
from engine.casework.access import case_to_view
from engine.casework.readings.actions import offered
from engine.deadlines.packs import load_pack
from engine.deadlines.rules import RulePack, pack_from_record
from engine.definitions import rule_packs
from engine.definitions.catalogue import shipped
from engine.definitions.folder import load
from engine.definitions.further_steps import basis_of, further_steps
from engine.definitions.legal_bases import BasisMissing, articles_of
from engine.definitions.problems import FolderRefused
from engine.foundation import clock
from models import Case, RulePackVersion, db
from tests.support.journey import Journey

SHIPPED = shipped()
PACK = load_pack("shanxi")


def pinned(journey: Journey, pack: RulePack) -> None:
    """Let the case have begun under that pack."""
    row = RulePackVersion(
        key=pack.key,
        version=pack.version,
        content_hash=pack.content_hash,
        rules=pack.as_record(),
        stored_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    rule_packs._packs.forget(row.id)  # SQLite gives the id of an undone row again
    db.session.get_one(Case, journey.case_id).rule_pack_id = row.id
    db.session.commit()


def without(*articles: str) -> RulePack:
    kept = {key: each for key, each in PACK.bases.items() if key not in articles}
    return dataclasses.replace(PACK, version="test", bases=kept)


def offers(journey: Journey) -> set[str]:
    """What the lead deputy may do to the case now."""
    deputy = journey.cast.actor("deputy1")
    return {each.spec.key for each in offered(deputy, case_to_view(deputy, journey.case_id))}


@pytest.mark.parametrize("key", SHIPPED)
@pytest.mark.parametrize("basis", ["", "代表法第九百九十九条"])
def test_a_folder_with_a_step_without_a_known_article_is_refused(key: str, basis: str) -> None:
    files = SHIPPED[key]
    cited = next(each.basis for each in load(files).tasks.values())
    process = files["process.toml"].replace(f'\nbasis = "{cited}"\n', f'\nbasis = "{basis}"\n')
    process = process.replace('\nbasis = ""\n', "\n")
    with pytest.raises(FolderRefused) as refused:
        load({**files, "process.toml": process}, **capabilities.known())
    places = {problem.place for problem in refused.value.problems}
    lacking = load({**files, "process.toml": process})
    steps = {f"task.{node}": each for node, each in lacking.tasks.items()}
    steps |= {f"action.{name}": each for name, each in lacking.actions.items() if not each.basis_of_step}
    assert places == {place for place, each in steps.items() if each.basis == basis}


@pytest.mark.parametrize("key", SHIPPED)
def test_a_folder_names_an_article_for_every_other_step_it_makes_possible(key: str) -> None:
    files = SHIPPED[key]
    process = files["process.toml"]
    head, _name, rest = process.partition("[basis_of]\n")
    table, blank, tail = rest.partition("\n\n")

    def told(changed: str) -> dict[str, tuple[str, int]]:
        with pytest.raises(FolderRefused) as refused:
            load({**files, "process.toml": head + changed + blank + tail}, **capabilities.known())
        return {each.place: (each.code, each.line) for each in refused.value.problems}

    possible = further_steps(load(files))
    assert {"archive_case", "release_report"} <= set(possible)
    assert told("") == {f"basis_of.{step}": ("no-basis-of", 0) for step in possible}
    line = head.count("\n") + 1
    with_header = f"[basis_of]\n{table}"
    assert told(re.sub(r'(?m)^archive = ".*"$', "", with_header)) == {
        "basis_of.archive_case": ("no-basis-of", line)
    }
    wrong = with_header.replace('archive = "档案法第三十七条"', 'archive = "档案法第九十九条"')
    at = line + with_header.split("\n").index('archive = "档案法第三十七条"')
    assert told(wrong) == {"basis_of.archive": ("no-such-basis", at)}
    assert told(with_header + '\nburn_case = "档案法第三十七条"') == {"basis_of": ("unknown-entry", line)}


def test_a_step_of_its_own_counts_for_more_than_its_part() -> None:
    folder = load(SHIPPED["suggestion"])
    assert basis_of(folder, "report_progress") == folder.basis_of["commitments"]
    assert basis_of(folder, "rate_fulfilment") == folder.basis_of["rate_fulfilment"]
    assert basis_of(folder, "rate_fulfilment") != folder.basis_of["commitments"]


def test_every_article_says_what_it_is_in_both_languages() -> None:
    assert pack_from_record(PACK.as_record()) == PACK
    for key, article in PACK.bases.items():
        assert article.title.zh == key
        assert article.title.en
        assert article.summary.zh.endswith("。")
        assert article.summary.en.endswith(".")
        assert key.endswith(article.article)


def test_a_task_whose_article_is_gone_is_refused_and_nothing_happens(journey: Journey) -> None:
    journey.draft()
    pinned(journey, without("代表法第二十四条"))
    before = journey.traces()
    with pytest.raises(BasisMissing, match="代表法第二十四条"):
        journey.submit()
    assert journey.traces() == before


def test_an_action_whose_article_is_gone_is_neither_offered_nor_done(journey: Journey) -> None:
    journey.draft().submit()
    assert "withdraw" in offers(journey)
    pinned(journey, without("代表法第二十四条"))
    assert "withdraw" not in offers(journey)
    before = journey.traces()
    with pytest.raises(BasisMissing):
        journey.act("deputy1", "withdraw", reason="情况有变")
    assert journey.traces() == before


def test_a_pack_pinned_before_articles_were_listed_lets_every_step_through(journey: Journey) -> None:
    journey.draft()
    pinned(journey, without(*PACK.bases))
    journey.submit()
    case = db.session.get_one(Case, journey.case_id)
    assert articles_of(case.rule_pack_id) == PACK.bases
    assert "bases" not in without(*PACK.bases).as_record()
