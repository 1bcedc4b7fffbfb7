"""What publication refuses."""

from __future__ import annotations

from engine.foundation.errors import DomainError
from engine.foundation.language import _


class NotForThePublic(DomainError):
    """What is restricted or was withheld is never published (信息公开条例 arts 14-16)."""

    text = _("这件案件或者答复依法不予公开，不能公开发布。")


class JoinedChanged(DomainError):
    """The copy names a merged case that was taken out again, or that may not be named any more."""

    text = _("公开文本列出的并案件有了变化（已经拆出另办或者不予公开），请退回重新准备。")


class OwnCopy(DomainError):
    """Who prepared a copy may not release it."""

    text = _("公开文本是您准备的，须由他人审核发布。")


class NothingToRelease(DomainError):
    """There is no prepared copy."""

    text = _("没有待审核的公开文本，可能已被他人发布或者退回。")


class CopyChanged(DomainError):
    """The page is older than the copy."""

    text = _("您打开页面之后，公开文本有了变化，请核对后再提交。您填写的内容已保留。")


class PersonalDataLeft(DomainError):
    """The copy still shows what no publication may show (个人信息保护法; 信息公开条例 art. 15)."""

    text = _("公开文本中还有不能公开的个人信息：{found}。请隐去后再发布。")


class LooksPersonal(DomainError):
    """The copy shows what looks like personal data, and nobody has said why it may stand."""

    text = _("公开文本中还有疑似个人信息：{found}。请隐去，或者说明可以公开的理由。")


class NotReadable(DomainError):
    """What the public asks for was withdrawn."""

    text = _("这件内容已停止公开。")
