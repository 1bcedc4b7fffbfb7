"""Telling people: what a message says, who gets it, and how it is delivered."""
