"""Congresses, organizations, users, roles and deputies, and how a person signs in."""
