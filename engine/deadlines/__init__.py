"""Legal time: calendars, working days, deadline rules, and how a due date came about."""
