"""The ladder of reminders, as pure rules on dates. Source: design.md, "Reminders, in one place"."""

DEFAULT_RUNGS = (180, 120, 90, 60, 30, 14, 7, 0)
