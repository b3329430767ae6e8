"""An app with a mail of its own, so that faults of the outbox need no ticket."""
