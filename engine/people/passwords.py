"""Passwords: how they are kept (argon2id) and which are good enough."""

from __future__ import annotations

import datetime as dt
import functools
import re
import secrets
import string
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from engine.foundation import clock
from engine.foundation.language import _

LONGEST = 128


@dataclass(frozen=True, slots=True)
class Strength:
    """The cost of one argon2id hash; the default is the OWASP minimum: 19 MiB, two passes, one lane."""

    memory_kib: int = 19456
    passes: int = 2
    lanes: int = 1


@dataclass(frozen=True, slots=True)
class Profile:
    """A password policy."""

    shortest: int
    too_short: str
    classes: int  # of capitals, small letters, digits, other signs
    max_age_days: int  # 0: a password does not grow old
    remembered: int  # so many passwords, the present one among them, are not taken again


PROFILES = {
    # 等保三级 practice for GB/T 22239-2019 8.1.4.1 a: complexity and regular change.
    "dengbao3": Profile(10, _("密码至少要有10个字符。"), 3, 90, 5),
    # OWASP ASVS 5.0 6.2: length instead of composition and of regular change.
    "asvs": Profile(15, _("密码至少要有15个字符。"), 0, 0, 1),
}

TOO_LONG = _("密码不能超过128个字符。")
TOO_PLAIN = _("密码要包含大写字母、小写字母、数字、其他符号这四类中的至少三类。")
HAS_USERNAME = _("密码不能包含用户名。")
TOO_COMMON = _("这个密码太常见，容易被猜到，请换一个。")

# Words a guesser tries first; one that consists of nothing else (and digits and signs) is refused.
_WORDS = """
password passwd pass admin administrator root user guest test demo welcome login letmein master secret default
changeme iloveyou woaini monkey dragon sunshine princess football superman qwertyuiop qwerty qwert qwe
asdfghjkl asdfgh asdf asd zxcvbnm zxcvbn zxcv zxc qaz wsx edc rfv abcdef abcd abc aaa xyz hello
china zhongguo beijing shanxi taiyuan renda renmin daibiao jianyi duban jiaoban banli weiyuanhui bangongting
zhengfu huiyi xitong guanli guanliyuan mima npc congress deputy office system super
人大 人民 代表 大会 建议 督办 交办 办理 中国 密码 管理员 系统 政府
"""
COMMON = frozenset(_WORDS.split())
_COMMON = re.compile("(?:" + "|".join(sorted(COMMON, key=len, reverse=True)) + ")*")
_LOOKALIKES = str.maketrans("@4301!$57", "aaeoiisst")
_NOT_LETTERS = string.digits + string.punctuation + " "

# Without the signs that are mixed up when a password is read from paper.
_ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(slots=True)
class Policy:
    """What holds in this installation."""

    profile: Profile
    strength: Strength
    max_age_days: int


policy = Policy(PROFILES["dengbao3"], Strength(), PROFILES["dengbao3"].max_age_days)


def configure(
    profile: str = "dengbao3", strength: Strength | None = None, max_age_days: int | None = None
) -> None:
    """Set the policy of this process; raises KeyError for an unknown profile."""
    chosen = PROFILES[profile]
    policy.profile = chosen
    policy.strength = strength or Strength()
    policy.max_age_days = chosen.max_age_days if max_age_days is None else max_age_days


def hashed(password: str) -> str:
    """The argon2id hash to keep."""
    return _hasher(policy.strength).hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether the password belongs to the kept hash; without one it takes as long and says no."""
    if len(password) > LONGEST:
        password, kept = "", None  # a megabyte of "password" shall not keep the server busy
    try:
        _hasher(policy.strength).verify(kept or _decoy(policy.strength), password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def outdated(kept: str) -> bool:
    """Whether a hash was made at another cost and should be made anew."""
    return _hasher(policy.strength).check_needs_rehash(kept)


def expired(set_at: dt.datetime | None) -> bool:
    """Whether the password is older than the policy lets it be."""
    if not policy.max_age_days or set_at is None:
        return False
    return clock.now() >= set_at + dt.timedelta(days=policy.max_age_days)


def problems(password: str, username: str) -> list[str]:
    """What keeps this password from being accepted, in sentences; empty when nothing does."""
    found = []
    if len(password) < policy.profile.shortest:
        found.append(policy.profile.too_short)
    if len(password) > LONGEST:
        found.append(TOO_LONG)
    if _classes(password) < policy.profile.classes:
        found.append(TOO_PLAIN)
    if len(username) >= 3 and username.casefold() in password.casefold():
        found.append(HAS_USERNAME)
    if _common(password[:LONGEST]):
        found.append(TOO_COMMON)
    return found


def demands() -> list[str]:
    """What the policy asks for, in sentences, to be read before one is typed."""
    return [policy.profile.too_short, *([TOO_PLAIN] if policy.profile.classes else []), HAS_USERNAME]


def random_password() -> str:
    """A first password: four groups of four, about 92 bits, meeting either profile."""
    while True:
        groups = ("".join(secrets.choice(_ALPHABET) for _n in range(4)) for _group in range(4))
        password = "-".join(groups)
        if _classes(password) == 4:
            return password


def _classes(password: str) -> int:
    tests = (str.isupper, str.islower, str.isdigit, lambda sign: not (sign.isascii() and sign.isalnum()))
    return sum(any(test(sign) for sign in password) for test in tests)


def _common(password: str) -> bool:
    """Whether without digits and signs only common words, one letter or nothing is left."""
    folded = password.casefold()
    plain = "".join(sign for sign in folded if sign.isalpha())
    disguised = folded.strip(_NOT_LETTERS).translate(_LOOKALIKES)
    disguised = "".join(sign for sign in disguised if sign.isalpha())
    return any(len(set(word)) <= 1 or _COMMON.fullmatch(word) for word in (plain, disguised))


@functools.cache
def _hasher(strength: Strength) -> PasswordHasher:
    return PasswordHasher(
        time_cost=strength.passes, memory_cost=strength.memory_kib, parallelism=strength.lanes
    )


@functools.cache
def _decoy(strength: Strength) -> str:
    """A hash that belongs to no account: an unknown name must cost as much time as a known one."""
    return _hasher(strength).hash(secrets.token_hex())
