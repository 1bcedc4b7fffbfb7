"""The roles a person may hold in an organization, and which never meet in one person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SYSTEM = "system"  # the seat of the system acting by itself, and of whoever runs commands on the server
SYSTEM_ADMIN = "system_admin"
SECURITY_ADMIN = "security_admin"
AUDITOR = "auditor"
STANDING_MEMBER = "standing_member"

# 三员分立: one runs the system, one gives rights, one audits both (GB/T 22239-2019, 8.1.4 and 8.1.5).
ADMINISTRATORS = frozenset((SYSTEM_ADMIN, SECURITY_ADMIN, AUDITOR))


@dataclass(frozen=True, slots=True)
class Role:
    """A role and its titles."""

    key: str
    zh: str
    en: str

    def title(self, locale: str) -> str:
        """The title in the reader's language."""
        return self.en if locale == "en" else self.zh


ROLES: dict[str, Role] = {
    role.key: role
    for role in (
        Role("deputy", "人大代表", "Deputy"),
        Role("delegation_staff", "代表团工作人员", "Delegation staff"),
        Role("intake_officer", "受理人", "Intake officer"),
        Role("intake_reviewer", "受理复核人", "Intake reviewer"),
        Role("assigner", "交办人", "Assigning officer"),
        Role("supervisor", "督办人", "Supervisor"),
        Role("registrar", "签收人", "Unit registrar"),
        Role("case_officer", "承办人", "Case officer"),
        Role("approver", "分管领导（审核）", "Deputy head (approval)"),
        Role("head", "主要负责人（签发）", "Head (signature)"),
        Role("government_router", "政府分办人", "Government router"),
        Role(STANDING_MEMBER, "常委会组成人员", "Standing committee member"),
        Role("committee_officer", "专委会、工作机构工作人员", "Committee officer"),
        Role("filing_officer", "备案审查工作人员", "Filing officer"),
        Role("meeting_officer", "会务工作人员", "Meetings officer"),
        Role("budget_reviewer", "预算审查人", "Budget reviewer"),
        Role("archivist", "档案员", "Archivist"),
        Role("process_admin", "流程管理员", "Process administrator"),
        Role(SYSTEM_ADMIN, "系统管理员", "System administrator"),
        Role(SECURITY_ADMIN, "安全管理员", "Security administrator"),
        Role(AUDITOR, "审计管理员", "Audit administrator"),
    )
}

# A deputy sits by election: the seat follows from the register of deputies and is not granted.
GRANTABLE = tuple(role for role in ROLES.values() if role.key != "deputy")


# Seats from which one hears and votes; no desk work comes to them.
WITHOUT_DESK = frozenset(("deputy", STANDING_MEMBER))


def collide(role: str, held: Iterable[str]) -> str | None:
    """The held role that one person may not have beside `role`, if there is one."""
    for other in sorted(set(held) - {role}):
        if role in ADMINISTRATORS or other in ADMINISTRATORS:
            return other
    return None


def title(role: str, locale: str = "zh") -> str:
    """The title of a role; an unknown key stands for itself."""
    return ROLES[role].title(locale) if role in ROLES else role
