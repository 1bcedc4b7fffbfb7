"""A congress's own ledgers, taken in row by row."""
