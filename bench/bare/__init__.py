"""The yardstick U: what Django itself costs for a signed-in page of 25 rows and for a plain insert. Never tuned."""
