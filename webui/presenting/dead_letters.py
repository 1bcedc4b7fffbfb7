"""Messages that could not be delivered, with what went wrong in words."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _

from engine.correspondence.dead import DeadLetter, hidden

PHONE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")


def letter_line(letter: DeadLetter) -> dict[str, Any]:
    """A line of the list."""
    kind, _colon, detail = (letter.error or "").partition(": ")
    return {
        "id": letter.id,
        "name": letter.name,
        "channel": channel_words().get(letter.channel, letter.channel),
        "address": letter.address,
        "number": letter.number,
        "written_at": letter.written_at,
        "attempts": letter.attempts,
        "error": error_words(kind),
        "detail": PHONE.sub(lambda found: hidden(found[0]), f"{kind}: {detail}" if detail else kind),
    }


def channel_words() -> dict[str, str]:
    """The ways out."""
    return {"email": _("邮件"), "sms": _("短信"), "chat": _("单位工作群")}


def error_words(kind: str) -> str:
    """What went wrong, by the kind of error that the way out raised."""
    unreachable = _("连不上服务器。")
    known = {
        "SMTPRecipientsRefused": _("邮件服务器拒绝收件地址。"),
        "SMTPSenderRefused": _("邮件服务器拒绝发件地址。"),
        "SMTPAuthenticationError": _("登录邮件服务器失败。"),
        "SMTPDataError": _("邮件服务器拒收这封邮件。"),
        "SMTPNotSupportedError": _("邮件服务器不支持加密，没有发送。"),
        "SMTPServerDisconnected": _("服务器中断了连接。"),
        "SMTPConnectError": unreachable,
        "ConnectionRefusedError": unreachable,
        "TimeoutError": unreachable,
        "gaierror": unreachable,
        "OSError": unreachable,
        "GatewayRefused": _("短信网关没有收下。"),
        "PostRefused": _("工作群没有收下。"),
        "ValueError": _("地址不可用：没有登记，或者已经移除。"),
        "UnicodeEncodeError": _("地址不可用：没有登记，或者已经移除。"),
    }
    return known.get(kind, _("没有送达，原因见技术信息。"))
