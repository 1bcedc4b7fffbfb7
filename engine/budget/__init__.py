"""Budgets (预算): what is taken in and spent each month, by heads, in exact amounts, and what is to be noticed."""
