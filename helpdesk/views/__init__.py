"""The pages of the desk and of those who ask it."""
