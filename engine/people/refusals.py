"""What this room refuses, each in a sentence."""

from __future__ import annotations

from engine.foundation.errors import DomainError, GuardRefused, InvalidAnswers, NotFound
from engine.foundation.language import _


class SignInRefused(DomainError):
    """The name and the password do not open an account; which of the two was wrong is not said."""

    text = _("用户名或密码不对，或者账号已停用。再错{left}次将锁定{minutes}分钟。")


class LockedOut(SignInRefused):
    """Too many failures: nothing is tried until the time is over."""

    text = _("登录失败次数过多，已暂时锁定。请在{minutes}分钟后再试，或者联系系统管理员。")

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(minutes=-(-seconds // 60))


class PasswordNotAccepted(InvalidAnswers):
    """The password typed as the present one is wrong, or the new one does not meet the policy."""


class NoSuchCongress(NotFound):
    """No congress has this code; only commands, and forms of those who found congresses, ask by code."""

    text = _("没有代码为“{code}”的人大。")


class NoSuchUser(NotFound):
    """Nobody has this user name; said to commands on the server alone, never to who signs in."""

    text = _("没有名为“{username}”的用户。")


class Taken(GuardRefused):
    """A code or name that must be unique is in use."""

    text = _("“{value}”已被使用，请换一个。")


class RolesCollide(GuardRefused):
    """One person may not hold these two roles (三员分立)."""

    text = _(
        "该用户已担任“{held}”，不能同时担任“{role}”："
        "系统管理员、安全管理员、审计管理员三者互斥，也不能兼任业务角色。"
    )

    def __init__(self, role: str, held: str) -> None:
        super().__init__(role=role, held=held)


class LastAdministrator(GuardRefused):
    """The congress would be left without an administrator of this kind."""

    text = _("这是最后一位“{role}”，请先增加另一位，再停用或者收回。")


class AdministratorsThere(GuardRefused):
    """The administrators of a kind sit in this organization alone; a seat in a closed one counts for nothing."""

    text = _("“{role}”只在这个单位任职，并入以后就没有人能行使。请先在承接单位授权给另一位，再并入。")


class NotForOneself(GuardRefused):
    """Nobody gives or takes his own rights."""

    text = _("不能给自己授权、收回自己的角色或者停用自己的账号。")


class AdministratorPassword(GuardRefused):
    """An administrator who could reset another's password could act as him."""

    text = _("系统管理员、安全管理员、审计管理员的密码只能在服务器上用命令重置。")


class StillInUse(GuardRefused):
    """An organization with people, units or open work cannot be closed."""

    text = _("该单位还有在任人员、下级单位或者未办结的工作，不能停用。")
