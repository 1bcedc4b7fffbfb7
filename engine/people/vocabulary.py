"""What can happen to people, organizations and rights: the audit actions of this room and their titles."""

from __future__ import annotations

HAPPENINGS: dict[str, tuple[str, str]] = {
    "user:signed_in": ("登录", "Signed in"),
    "user:signed_out": ("退出", "Signed out"),
    "user:sign_in_failed": ("登录失败", "Sign-in failed"),
    "user:locked_out": ("账号锁定", "Locked out"),
    "user:password_changed": ("修改密码", "Password changed"),
    "user:password_reset": ("重置密码", "Password reset"),
    "user:sessions_ended": ("强制退出", "Signed out by an administrator"),
    "session:ended": ("结束会话", "Session ended"),
    "user:created": ("新建用户", "User created"),
    "user:changed": ("修改用户", "User changed"),
    "user:deactivated": ("停用用户", "User disabled"),
    "user:reactivated": ("启用用户", "User enabled"),
    "user:preferences_changed": ("修改个人设置", "Preferences changed"),
    "role:granted": ("授予角色", "Role granted"),
    "role:ended": ("收回角色", "Role ended"),
    "substitute:named": ("指定代理人", "Substitute named"),
    "substitute:changed": ("变更代理", "Substitution changed"),
    "substitute:revoked": ("结束代理", "Substitution ended"),
    "organization:created": ("新建单位", "Organization created"),
    "organization:changed": ("修改单位", "Organization changed"),
    "organization:deactivated": ("停用单位", "Organization closed"),
    "organization:reactivated": ("启用单位", "Organization reopened"),
    "organization:merged": ("单位并入、更名", "Organization merged or renamed"),
    "deputy:registered": ("登记代表", "Deputy registered"),
    "deputy:user_linked": ("关联代表账号", "Deputy's user linked"),
    "deputy:status_changed": ("变更代表状态", "Deputy's status changed"),
    "congress:founded": ("设立人大", "Congress founded"),
    "congress:changed": ("修改人大名称、联系方式", "Congress's names or contact details changed"),
}

# What the security administrator watches and the auditor audits.
SIGN_IN_EVENTS = tuple(
    action
    for action in HAPPENINGS
    if action.startswith(("user:", "session:", "role:", "substitute:"))
    and action != "user:preferences_changed"
)


def title(action: str, locale: str = "zh") -> str:
    """The title of a happening; an unknown one stands for itself."""
    zh, en = HAPPENINGS.get(action, (action, action))
    return en if locale == "en" else zh
