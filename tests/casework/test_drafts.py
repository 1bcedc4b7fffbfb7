"""Two windows of one person over the same form: nothing is overwritten unseen, and nothing that was typed is lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from engine.casework.drafts import MOST_ASIDE, Draft, Seen, draft_of, drop_aside, save_draft, take_up_aside
from engine.foundation.actor import Actor
from engine.foundation.errors import NotAllowed
from models import db
from tests.casework.test_races import at_once, house
from tests.support.cast import assemble
from tests.support.journey import Journey

__all__ = ["house"]
HERE, THERE = "aaaaaaaa", "bbbbbbbb"


@pytest.fixture
def task_id(journey: Journey) -> int:
    """A step of the intake officer's."""
    return journey.draft().submit().task("intake").id


@pytest.fixture
def officer(journey: Journey) -> Actor:
    return journey.cast.actor("intake")


def kept(officer: Actor, task_id: int) -> Draft:
    draft = draft_of(officer, task_id)
    assert draft is not None
    return draft


def write(officer: Actor, task_id: int, words: str, window: str, revision: int) -> int | None:
    """Keep these words; the new revision, or None where another window had written in between."""
    done = save_draft(officer, task_id=task_id, answers={"opinion": words}, seen=Seen(window, revision))
    return None if done.elsewhere else done.revision


def test_what_is_written_on_top_of_an_older_revision_is_laid_aside(
    officer: Actor, task_id: int, clock_at: Callable[..., None]
) -> None:
    assert write(officer, task_id, "一", HERE, 0) == 1
    assert (
        write(officer, task_id, "一、二", HERE, 0) == 2
    )  # its answer was lost on the way: it is its own revision
    clock_at(dt.datetime(2026, 2, 5, 10, 5))
    assert write(officer, task_id, "甲", THERE, 2) == 3  # opened with what stood there
    clock_at(dt.datetime(2026, 2, 5, 10, 7))
    late = save_draft(officer, task_id=task_id, answers={"opinion": "一、二、三"}, seen=Seen(HERE, 2))
    assert late.elsewhere is not None and f"{late.elsewhere:%H:%M}" == "02:05"  # of UTC
    assert write(officer, task_id, "一、二、三、四", HERE, 2) is None
    assert write(officer, task_id, "甲、乙", THERE, 3) == 4
    draft = kept(officer, task_id)
    assert draft.answers == {"opinion": "甲、乙"}
    assert [each.answers for each in draft.aside] == [{"opinion": "一、二、三、四"}]
    # The same words in both are no two texts.
    assert write(officer, task_id, "甲、乙", HERE, 2) == 4


def test_either_may_be_chosen_and_the_other_stays_until_it_is_let_go(officer: Actor, task_id: int) -> None:
    write(officer, task_id, "甲", THERE, 0)
    assert write(officer, task_id, "一", HERE, 0) is None
    take_up_aside(officer, task_id=task_id, window=HERE)
    draft = kept(officer, task_id)
    assert (draft.answers, draft.revision, draft.window) == ({"opinion": "一"}, 2, HERE)
    assert [(each.window, each.answers) for each in draft.aside] == [(THERE, {"opinion": "甲"})]
    take_up_aside(officer, task_id=task_id, window=HERE)  # there is none any more
    assert kept(officer, task_id) == draft
    assert write(officer, task_id, "甲、乙", THERE, 1) is None  # whose window is open still: it is told
    take_up_aside(officer, task_id=task_id, window=THERE)
    assert kept(officer, task_id).answers == {"opinion": "甲、乙"}
    drop_aside(officer, task_id=task_id, window=HERE)
    drop_aside(officer, task_id=task_id, window=HERE)
    assert kept(officer, task_id).aside == ()


def test_a_third_window_takes_nothing_from_the_second(officer: Actor, task_id: int) -> None:
    write(officer, task_id, "甲", THERE, 0)
    for window in (HERE, "cccccccc", "dddddddd"):
        assert write(officer, task_id, window, window, 0) is None
    words = {each.answers["opinion"] for each in kept(officer, task_id).aside}
    assert words == {HERE, "cccccccc", "dddddddd"}


def test_of_many_windows_the_latest_words_lie_beside_the_draft(
    officer: Actor, task_id: int, clock_at: Callable[..., None]
) -> None:
    write(officer, task_id, "甲", THERE, 0)
    names = [f"{number:08x}" for number in range(MOST_ASIDE + 3)]
    for minute, window in enumerate(names):
        clock_at(dt.datetime(2026, 2, 5, 10, minute))
        assert write(officer, task_id, window, window, 0) is None
    assert {each.window for each in kept(officer, task_id).aside} == set(names[-MOST_ASIDE:])
    clock_at(dt.datetime(2026, 2, 5, 11))
    write(officer, task_id, "又写", names[3], 0)  # the oldest is now the latest
    take_up_aside(officer, task_id=task_id, window=names[-1])
    draft = kept(officer, task_id)
    assert draft.answers == {"opinion": names[-1]} and len(draft.aside) == MOST_ASIDE
    assert {each.answers["opinion"] for each in draft.aside} == {"甲", "又写", *names[4:-1]}


def test_what_a_window_says_no_more_is_not_taken_up_for_what_it_says_now(
    officer: Actor, task_id: int
) -> None:
    write(officer, task_id, "甲", THERE, 0)
    assert write(officer, task_id, "一", HERE, 0) is None
    assert write(officer, task_id, "甲", HERE, 0) == 1  # he came round to it: the same words in both
    take_up_aside(officer, task_id=task_id, window=HERE)  # «what is written here»
    draft = kept(officer, task_id)
    assert (draft.answers, draft.aside) == ({"opinion": "甲"}, ())


def test_a_draft_is_its_writers_alone_and_goes_with_the_step(
    journey: Journey, officer: Actor, task_id: int
) -> None:
    write(officer, task_id, "甲", THERE, 0)
    write(officer, task_id, "一", HERE, 0)
    others = journey.cast.actor("slt_clerk"), journey.cast.actor("deputy1")
    for stranger in others:
        for attempt in (take_up_aside, drop_aside):
            with pytest.raises(NotAllowed) if stranger is others[1] else pytest.raises(Exception):
                attempt(stranger, task_id=task_id, window=HERE)
    assert len(kept(officer, task_id).aside) == 1
    journey.accept()
    assert draft_of(officer, task_id) is None


@pytest.fixture
def two_windows(house: Flask) -> Iterator[tuple[Flask, Journey]]:
    yield house, Journey(assemble())


@pytest.mark.slow
def test_windows_that_write_at_the_same_moment_lose_no_word(two_windows: tuple[Flask, Journey]) -> None:
    app, journey = two_windows
    task_id = journey.draft().submit().task("intake").id
    officer = journey.cast.actor("intake")
    names = [f"{number:08x}" for number in range(8)]
    ends = at_once(app, [lambda name=name: write(officer, task_id, name, name, 0) for name in names])  # type: ignore[misc]
    assert ends == ["done"] * len(names)
    draft = kept(officer, task_id)
    assert {str(each["opinion"]) for each in (draft.answers, *(each.answers for each in draft.aside))} == set(
        names
    )
    assert draft.revision == 1
    db.session.rollback()
