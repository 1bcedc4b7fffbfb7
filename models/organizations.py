"""Congresses and their organizations."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key, Line, Word, reference


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
    postal_address: Mapped[Line] = mapped_column(default="")
    postal_code: Mapped[Word] = mapped_column(default="")

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
