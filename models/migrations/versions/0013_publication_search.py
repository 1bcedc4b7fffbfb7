"""Publication: the index of the public search, filled with what is published already."""

from __future__ import annotations

import struct
from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BLOCK = 8192  # publications that share a row
DENSE = (
    BLOCK // 8
)  # bytes: in a row of this length each publication has its bit, in a shorter one two bytes its place
AT_ONCE = 1000  # rows of one statement


def upgrade() -> None:
    """Make the table of pairs of signs and enter every published copy."""
    pairs = op.create_table(
        "publication_pair",
        sa.Column(
            "pair",
            sa.String(length=2).with_variant(sa.String(length=2, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("block", sa.Integer(), nullable=False),
        sa.Column("copies", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("pair", "block", name=op.f("pk_publication_pair")),
        sqlite_with_rowid=False,
    )
    connection = op.get_bind()
    texts = sa.text(
        "SELECT id, words FROM publication WHERE released IS NOT NULL AND id >= :first AND id < :next ORDER BY id"
    )
    last = connection.scalar(sa.text("SELECT max(id) FROM publication")) or 0
    for block in range(last // BLOCK + 1):
        found = connection.execute(texts, {"first": block * BLOCK, "next": (block + 1) * BLOCK})
        rows = [
            {"pair": pair, "block": block, "copies": _written(places)}
            for pair, places in sorted(_places((row.id, row.words) for row in found).items())
        ]
        for place in range(0, len(rows), AT_ONCE):
            connection.execute(pairs.insert(), rows[place : place + AT_ONCE])


def _places(texts: Iterable[tuple[int, str]]) -> dict[str, list[int]]:
    """Each sign and each pair of neighbours in these texts, with the places of the texts that have it, in order."""
    found: dict[str, list[int]] = {}
    for id_, text in texts:
        words = text.split(" ")
        pairs = {sign for word in words for sign in word}
        pairs |= {word[place : place + 2] for word in words for place in range(len(word) - 1)}
        for pair in pairs:
            found.setdefault(pair, []).append(id_ % BLOCK)
    return found


def _written(places: list[int]) -> bytes:
    if 2 * len(places) < DENSE:
        return struct.pack(f"<{len(places)}H", *places)
    return sum(1 << place for place in places).to_bytes(DENSE, "little")


def downgrade() -> None:
    """Drop what was made."""
    op.drop_table("publication_pair")
