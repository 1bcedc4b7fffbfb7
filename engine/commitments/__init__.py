"""Promises made in replies (承诺事项): a ledger across years and terms, until each is kept or changed."""
