"""Congresses, their organizations and their meetings."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from models.base import Base, Key, Line, Record, Word, reference


class Congress(Base):
    """A people's congress (人民代表大会) of one level; the boundary nobody sees across."""

    __tablename__ = "congress"

    id: Mapped[Key]
    code: Mapped[Word]
    name: Mapped[Line]
    short_name: Mapped[Line]
    level: Mapped[Word]  # province | city | county | township
    parent_id: Mapped[int | None] = reference("congress.id")
    rule_pack: Mapped[Word]  # the key of the pack in processes/rules that new cases pin
    contact_phone: Mapped[Word]

    __table_args__ = (UniqueConstraint("code"),)


class Organization(Base):
    """An organ or unit within one congress's sphere: office, committee, delegation, department, court …"""

    __tablename__ = "organization"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id", index=False)
    code: Mapped[Word]
    name: Mapped[Line]
    short_name: Mapped[Line]
    # congress_office | committee | delegation | government_office | department | city_government |
    # court | procuratorate | supervisory_commission | party_organ | other
    kind: Mapped[Word]
    parent_id: Mapped[int | None] = reference("organization.id")
    position: Mapped[int]  # the official order of precedence, smallest first
    duties: Mapped[str]  # words that describe the field of work, for choosing a unit
    active: Mapped[bool]
    successor_id: Mapped[int | None] = reference("organization.id")  # what it was merged into or became

    __table_args__ = (UniqueConstraint("congress_id", "code"),)


class Meeting(Base):
    """A session of the congress (届次): suggestions are numbered within it."""

    __tablename__ = "meeting"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id", index=False)
    term: Mapped[int]
    ordinal: Mapped[int]
    name: Mapped[Line]
    opens_on: Mapped[dt.date | None]  # unknown for an old session that only a ledger names
    closes_on: Mapped[dt.date | None]
    counters: Mapped[Record]  # series → last number issued

    __table_args__ = (UniqueConstraint("congress_id", "term", "ordinal"),)
