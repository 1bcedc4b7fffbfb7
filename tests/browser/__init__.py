"""Whole ways through the system in a real Chromium, as its users go them."""
