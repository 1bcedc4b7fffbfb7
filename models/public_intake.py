"""What the public has put forward without signing in, and who it was."""

from __future__ import annotations

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, Key, Record, Word, reference


class PublicRequest(Base):
    """One thing put forward: the case that came of it, the receipt, and the person, who stands nowhere else.

    The secret of the receipt is kept as its hash only; the address it came from for a day, against flooding.
    """

    __tablename__ = "public_request"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id", index=False)
    case_id: Mapped[int] = reference("cases.id", index=False, unique=True)
    receipt: Mapped[str] = mapped_column(String(16), unique=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person: Mapped[Record]
    address: Mapped[Word]
    sent_at: Mapped[Instant]

    __table_args__ = (
        Index("ix_public_request_congress_id", "congress_id", "sent_at"),
        Index("ix_public_request_address", "address", "sent_at"),
    )
