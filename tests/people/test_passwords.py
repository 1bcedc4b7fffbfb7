"""Which passwords are good enough, and how they are kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from engine.foundation import clock
from engine.people import passwords
from engine.people.passwords import HAS_USERNAME, TOO_COMMON, TOO_LONG, TOO_PLAIN


@pytest.fixture(autouse=True)
def _as_configured() -> Iterator[None]:
    before = passwords.Policy(
        passwords.policy.profile, passwords.policy.strength, passwords.policy.max_age_days
    )
    passwords.configure()
    yield
    passwords.policy.profile, passwords.policy.strength = before.profile, before.strength
    passwords.policy.max_age_days = before.max_age_days


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("Kx7-mPw3q", passwords.PROFILES["dengbao3"].too_short),
        ("kx7mpw3qaab2", TOO_PLAIN),
        ("KXMPWQAAB-BBQ", TOO_PLAIN),
        ("Kx7-" + "mPw3q" * 26, TOO_LONG),
        ("x-Wangwu-3q7", HAS_USERNAME),
        ("Password123!", TOO_COMMON),
        ("P@ssw0rd2026", TOO_COMMON),
        ("Renda@2026!!", TOO_COMMON),
        ("RendaDuban#1", TOO_COMMON),
        ("Admin@123456", TOO_COMMON),
        ("Qwe123!@#asd", TOO_COMMON),
        ("Aa1!Aa1!Aa1!", TOO_COMMON),
        ("督办Aa-2026-人大", None),
        ("Hz7-fenhe-Liushui", None),
        ("汾河水长流-Fen-7", None),
    ],
)
def test_the_policy_says_in_words_what_is_wrong(password: str, problem: str | None) -> None:
    found = passwords.problems(password, "wangwu")
    assert found == [] if problem is None else problem in found


def test_asvs_asks_for_length_and_for_nothing_else() -> None:
    passwords.configure("asvs")
    assert passwords.problems("four plain small words", "wangwu") == []
    assert passwords.problems("Kx7-mPw3q-Aa9", "wangwu") == [passwords.PROFILES["asvs"].too_short]
    assert passwords.problems("123456789012345", "wangwu") == [TOO_COMMON]
    assert not passwords.expired(clock.now() - dt.timedelta(days=1000))


def test_an_unknown_profile_is_not_taken_for_a_lenient_one() -> None:
    with pytest.raises(KeyError):
        passwords.configure("none")


def test_random_passwords_meet_every_profile_and_never_repeat() -> None:
    made = {passwords.random_password() for _n in range(200)}
    assert len(made) == 200
    for profile in passwords.PROFILES:
        passwords.configure(profile)
        assert [passwords.problems(password, "wangwu") for password in made] == [[]] * 200


def test_a_hash_opens_for_its_password_alone() -> None:
    kept = passwords.hashed("Kx7-mPw3q-Aa9")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches(kept, "Kx7-mPw3q-Aa9")
    assert not passwords.matches(kept, "Kx7-mPw3q-Aa8")
    assert not passwords.matches(None, "Kx7-mPw3q-Aa9")
    assert not passwords.matches("not a hash", "Kx7-mPw3q-Aa9")


def test_without_a_hash_and_with_a_megabyte_it_is_still_one_verification(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried: list[tuple[str, str]] = []

    class Counting:
        def hash(self, password: str) -> str:
            return "decoy"

        def verify(self, kept: str, password: str) -> bool:
            tried.append((kept, password))
            return True

    monkeypatch.setattr(passwords, "_hasher", lambda strength: Counting())
    monkeypatch.setattr(passwords, "_decoy", lambda strength: "decoy")
    assert not passwords.matches(None, "x")
    assert not passwords.matches("kept", "x" * 1_000_000)
    assert tried == [("decoy", "x"), ("decoy", "")]


def test_a_hash_of_another_cost_is_outdated() -> None:
    kept = passwords.hashed("Kx7-mPw3q-Aa9")
    assert not passwords.outdated(kept)
    passwords.configure(strength=passwords.Strength(memory_kib=32768))
    assert passwords.outdated(kept)


def test_a_password_grows_old_after_ninety_days() -> None:
    now = clock.now()
    assert not passwords.expired(now - dt.timedelta(days=89))
    assert passwords.expired(now - dt.timedelta(days=90))
    passwords.configure(max_age_days=0)
    assert not passwords.expired(now - dt.timedelta(days=900))
