"""Users, their roles, deputies, and what sign-in keeps."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, Key, Line, Word, reference


class User(Base):
    """A person who may sign in; what he may do lies in his memberships."""

    __tablename__ = "user_account"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id")
    username: Mapped[Word] = mapped_column(unique=True)
    name: Mapped[Line]
    email: Mapped[Line]
    password_hash: Mapped[str] = mapped_column(String(200))
    password_set_at: Mapped[Instant | None]
    must_change_password: Mapped[bool]
    active: Mapped[bool]
    locale: Mapped[Word]
    text_size: Mapped[Word]  # normal | large
    shortcuts: Mapped[bool]
    last_seen_at: Mapped[Instant | None]


class FormerPassword(Base):
    """A password that a user had, as its hash; only so many of the last are kept as the policy remembers."""

    __tablename__ = "former_password"

    id: Mapped[Key]
    user_id: Mapped[int] = reference("user_account.id")
    password_hash: Mapped[str] = mapped_column(String(200))
    replaced_at: Mapped[Instant]


class Membership(Base):
    """A role that a user holds in an organization."""

    __tablename__ = "membership"

    id: Mapped[Key]
    user_id: Mapped[int] = reference("user_account.id", index=False)
    organization_id: Mapped[int] = reference("organization.id", index=False)
    role: Mapped[Word]
    granted_at: Mapped[Instant]
    granted_by: Mapped[int | None] = reference("user_account.id", index=False)
    ended_at: Mapped[Instant | None]

    __table_args__ = (
        Index("ix_membership_user_id", "user_id"),
        Index("ix_membership_organization_role", "organization_id", "role"),
    )


class Substitution(Base):
    """While it lasts, one colleague does the work that another holds in an organization (A/B角)."""

    __tablename__ = "substitution"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id", index=False)
    organization_id: Mapped[int] = reference("organization.id", index=False)
    absent_id: Mapped[int] = reference("user_account.id", index=False)
    substitute_id: Mapped[int] = reference("user_account.id", index=False)
    begins_on: Mapped[dt.date]
    ends_on: Mapped[dt.date]  # the last day
    reason: Mapped[Line]
    made_at: Mapped[Instant]
    made_by: Mapped[int | None] = reference("user_account.id", index=False)
    revoked_at: Mapped[Instant | None]
    revoked_by: Mapped[int | None] = reference("user_account.id", index=False)

    __table_args__ = (
        Index("ix_substitution_absent", "absent_id", "ends_on"),
        Index("ix_substitution_substitute", "substitute_id", "ends_on"),
    )


class Deputy(Base):
    """A deputy (人大代表) of one term; only one in office may propose (代表法 arts 61-62)."""

    __tablename__ = "deputy"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id", index=False)
    user_id: Mapped[int | None] = reference("user_account.id")
    card_number: Mapped[Word]
    name: Mapped[Line]
    sex: Mapped[Word]
    ethnicity: Mapped[Word]
    party: Mapped[Word]
    term: Mapped[int]
    delegation_id: Mapped[int] = reference("organization.id")
    electing_unit: Mapped[Line]
    position: Mapped[Line]
    phone: Mapped[Word]
    email: Mapped[Line]
    status: Mapped[Word]  # in_office | suspended | ended
    status_since: Mapped[dt.date]

    __table_args__ = (
        UniqueConstraint("congress_id", "card_number"),
        Index("ix_deputy_congress_name", "congress_id", "name"),
    )


class UserSession(Base):
    """One signed-in browser; the cookie holds a secret of which only the hash is kept here."""

    __tablename__ = "user_session"

    id: Mapped[Key]
    user_id: Mapped[int] = reference("user_account.id")
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[Instant]
    seen_at: Mapped[Instant]
    ends_at: Mapped[Instant]
    revoked_at: Mapped[Instant | None]
    address: Mapped[Word]
    browser: Mapped[Line]


class LoginAttempt(Base):
    """One attempt to sign in; lockout is counted from these rows, whichever process answered."""

    __tablename__ = "login_attempt"

    id: Mapped[Key]
    username: Mapped[Line]
    address: Mapped[Word]
    at: Mapped[Instant]
    succeeded: Mapped[bool]

    __table_args__ = (
        Index("ix_login_attempt_username", "username", "at"),
        Index("ix_login_attempt_address", "address", "at"),
    )
