"""Meetings: convening and moving them, their agenda and what it needs to read, attendance, votes."""
