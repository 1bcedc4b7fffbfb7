"""Trying out rules: a draft pack against the cases of a past year; nothing it does is kept."""
