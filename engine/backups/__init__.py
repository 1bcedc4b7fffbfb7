"""Backups: the whole installation as of one moment in a folder, checked, and put back where nothing is yet."""
