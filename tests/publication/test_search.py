"""The public search by its index gives exactly the copies in which every word stands, on both databases."""

from __future__ import annotations

import datetime as dt
import random
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from flask import Flask

from engine.foundation import clock
from engine.foundation.actor import system_actor
from engine.foundation.errors import NotAllowed
from engine.publication import search_index, searching
from engine.publication.public import Wanted, find
from engine.publication.releasing import release_copy, withdraw_publication
from engine.publication.search_index import candidates, ids_in, pairs_of, rebuild, searched
from models import Publication, PublicationPair, PublicationVersion, db
from tests.publication.conftest import prepare, publication, release, replied
from tests.support.cast import Cast, assemble
from tests.support.journey import Journey

pytestmark = pytest.mark.slow

SIGNS = "水汾河治理農业节ａA1２ ，。𠮷é"  # few, so that words meet often; wide, narrow and rare ones


def shelve(cast: Cast, texts: Sequence[str], first_id: int = 8170) -> list[int]:
    """Published copies with these searched texts, around the border of two blocks; the latest is the last."""
    journey = Journey(cast)
    ids = []
    for place, text in enumerate(texts):
        case_id = journey.draft().case_id
        at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=place // 2)
        about = {"congress_id": cast.congress_id, "case_id": case_id, "public_id": f"p{place:04}"}
        state = {"state": "published", "reason": "", "revision": 1, "released": 1, "released_at": at}
        facts = {
            "process_key": "suggestion",
            "year": 2025 + place % 2,
            "category": "",
            "number": "",
            "title": "",
        }
        row = Publication(
            id=first_id + place, **about, **state, **facts, first_released_at=at, words=searched(text)
        )
        db.session.add(row)
        db.session.flush()
        content = {"title": text, "whole": True, "parts": [], "replies": []}
        version = {"version": 1, "content": content, "note": "", "prepared_at": at, "confirmed": ""}
        db.session.add(PublicationVersion(publication_id=row.id, released_at=at, **version))
        ids.append(row.id)
        db.session.commit()
    return ids


def stored() -> dict[tuple[str, int], bytes]:
    db.session.expire_all()
    return {
        (row.pair, row.block): row.copies for row in db.session.execute(sa.select(PublicationPair.__table__))
    }


def titles(text: str, **more: Any) -> list[str]:
    """Every page of a search, two lines each."""
    seen: list[str] = []
    after = ""
    while True:
        lines, after = find(Wanted(text=text, **more), after=after, limit=2)
        seen += [line.public_id for line in lines]
        if not after:
            return seen


def test_a_search_gives_exactly_the_copies_in_which_every_word_stands(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(12)
    texts = ["".join(chance.choices(SIGNS, k=chance.randint(1, 24))) for _ in range(48)]
    shelve(cast, texts)
    rebuild(system_actor(0))
    plain = [searched(text) for text in texts]
    order = sorted(range(len(texts)), key=lambda place: (place // 2, place), reverse=True)
    questions = ["".join(chance.choices(SIGNS, k=chance.randint(1, 5))) for _ in range(60)]
    questions += [text[:3] for text in texts[:8]] + ["%", "_", "汾%", "無"]
    hits = 0
    for few in (searching.FEW, 0):  # by the candidates themselves, and along the list
        monkeypatch.setattr(searching, "FEW", few)
        for question in questions:
            words = searched(question).split()[:5]
            expected = [f"p{each:04}" for each in order if all(word in plain[each] for word in words)]
            assert titles(question) == expected, question
            hits += len(expected)
        odd = [f"p{each:04}" for each in order if each % 2 and "水" in plain[each]]
        assert titles("水", year=2026) == odd
    assert hits > 200, "the questions find too little to prove anything"


def test_no_copy_is_left_out_of_its_candidates(cast: Cast) -> None:
    ids = shelve(cast, ["汾河治理", "治理汾河", "汾水"], first_id=16383)
    rebuild(system_actor(0))
    assert [list(ids_in(candidates([word]))) for word in ("汾", "汾河", "河治理", "汾河治", "无")] == [
        ids,
        ids[:2],
        ids[:1],
        ids[:1],
        [],
    ]
    assert candidates(["汾河", "水"]) == 0


def test_a_row_changes_its_form_with_the_number_of_copies() -> None:
    chance = random.Random(5)
    for many in (0, 1, 2, 511, 512, 513, 8191, 8192):
        bits = sum(1 << place for place in chance.sample(range(8192), many))
        stored = search_index._written(bits)
        assert search_index._read(stored) == bits
        assert len(stored) == min(2 * many, 1024)


def test_the_index_follows_release_correction_and_withdrawal(published: Journey) -> None:
    def found(text: str) -> int:
        return len(find(Wanted(text=text))[0])

    assert [found(text) for text in ("煤矸石堆存量大", "部门联席会议", "省水利厅")] == [1, 1, 1]
    prepare(published, note="更正。", **{"part.0": "堆放量较大。"})
    assert found("煤矸石堆存量大") == 1  # until the second person has looked
    release(published)
    assert [found(text) for text in ("煤矸石堆存量大", "堆放量较大", "部门联席会议")] == [0, 1, 1]
    kept = stored()
    rebuild(system_actor(0))
    assert stored() == kept
    actor = published.cast.actor("intake")
    withdraw_publication(actor, publication_id=publication(published).id, reason="误公开。")
    assert found("部门联席会议") == 0 and stored() == {}
    prepare(published, note="改正。")
    release(published)
    assert found("部门联席会议") == 1
    rows = stored()
    assert {pair for pair, _block in rows} == pairs_of(publication(published).words)


def test_two_releases_at_once_both_stand_in_the_index(
    fresh_database: Flask, clock_at: Callable[..., None]
) -> None:
    clock_at(dt.datetime(2026, 2, 5, 10, 0))
    cast = assemble()
    titles = ("关于水利设施的建议", "关于水利资金的建议")
    journeys = [replied(Journey(cast), {"title": title}) for title in titles]
    for journey in journeys:
        prepare(journey)
    ids = [publication(journey).id for journey in journeys]
    actor = cast.actor("reviewer")
    db.session.remove()
    ends: list[object] = []
    together = threading.Barrier(2)

    def run(publication_id: int) -> None:
        with fresh_database.app_context(), clock.moved_to(dt.datetime(2026, 2, 6, 10, tzinfo=clock.ZONE)):
            together.wait()
            try:
                ends.append(release_copy(actor, publication_id=publication_id))
            except Exception as error:
                ends.append(error)

    threads = [threading.Thread(target=run, args=[publication_id]) for publication_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(isinstance(end, str) for end in ends), ends
    assert list(ids_in(candidates(["水利"]))) == sorted(ids)
    kept = stored()
    rebuild(system_actor(0))
    assert stored() == kept


def test_a_rebuild_mends_what_is_wrong(published: Journey) -> None:
    whole = stored()
    db.session.execute(sa.delete(PublicationPair).where(PublicationPair.pair == "煤矸"))
    db.session.add(PublicationPair(pair="龘", block=0, copies=b"\x00\x01"))
    db.session.commit()
    assert find(Wanted(text="煤矸石"))[0] == []
    assert rebuild(system_actor(0)) == 1
    assert stored() == whole


def test_the_migration_enters_what_is_published_already(
    fresh_database: Flask, clock_at: Callable[..., None]
) -> None:
    clock_at(dt.datetime(2026, 2, 5, 10, 0))
    journey = replied(Journey(assemble()))
    prepare(journey)
    release(journey)
    kept = stored()
    assert kept
    db.session.remove()
    config = fresh_database.extensions["migrate"].migrate.get_config()
    command.downgrade(config, "0012")
    command.upgrade(config, "0013")
    assert stored() == kept


def test_only_the_system_rebuilds(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        rebuild(cast.actor("intake"))
