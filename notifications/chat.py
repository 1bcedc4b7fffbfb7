"""Chat groups (企业微信、钉钉、飞书): the robots' addresses, and posting to them by Apprise.

An address is taken only as the three providers give it out; what is kept of it are the tokens, so that a post can go
nowhere but to the provider's own host.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from notifications.transports import Letter

WORD = r"[A-Za-z0-9_-]{8,128}"
ADDRESSES = {
    "wecom": rf"https://qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=({WORD})",
    "dingtalk": rf"https://oapi\.dingtalk\.com/robot/send\?access_token=({WORD})",
    "feishu": rf"https://open\.feishu\.cn/open-apis/bot/v2/hook/({WORD})/?",
}
KINDS = tuple(ADDRESSES)
SECRET = re.compile(r"(SEC)?[A-Za-z0-9]{16,128}")  # of 钉钉, where the robot signs


class PostRefused(OSError):
    """The provider did not take the post."""


@dataclass(frozen=True, slots=True)
class Robot:
    """The robot of a group."""

    kind: str
    token: str
    secret: str = ""

    @classmethod
    def at(cls, kind: str, address: str, secret: str = "") -> Robot:
        """Read the address as the provider shows it, or raise ValueError."""
        found = re.fullmatch(ADDRESSES.get(kind, "(?!)"), address.strip())
        if found is None:
            raise ValueError("not an address that this provider gives to robots")
        secret = secret.strip()
        if secret and not (kind == "dingtalk" and SECRET.fullmatch(secret)):
            raise ValueError("not a secret that this provider gives to robots")
        return cls(kind, found[1], secret)

    def post(self, text: str) -> None:
        """Post a text; raises PostRefused."""
        plugin = self._plugin()
        plugin.redirects = False
        plugin.request_rate_per_sec = (
            0  # a sweep posts few, and the providers say themselves when it is too many
        )
        if not plugin.notify(body=text):
            raise PostRefused(f"{self.kind} did not take the post")

    def _plugin(self) -> Any:
        # Imported here: Apprise is large, and most processes never post.
        from apprise.plugins.dingtalk import NotifyDingTalk
        from apprise.plugins.feishu import NotifyFeishu
        from apprise.plugins.wecombot import NotifyWeComBot

        if self.kind == "wecom":
            return NotifyWeComBot(key=self.token)
        if self.kind == "feishu":
            return NotifyFeishu(token=self.token)
        return NotifyDingTalk(token=self.token, secret=self.secret or None)


@dataclass(frozen=True, slots=True)
class Groups:
    """The way to chat groups; `opened` makes a robot of a sealed address."""

    opened: Callable[[str], Robot]

    @contextlib.contextmanager
    def open(self) -> Iterator[Groups]:
        """Nothing stays open between two posts."""
        yield self

    def send(self, letter: Letter) -> None:
        """Post one text to its group."""
        if not letter.address:
            raise ValueError("the group is gone")
        self.opened(letter.address).post(letter.body)
