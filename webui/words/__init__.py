"""Sentences that pages and commands share, in both languages of the screens."""
