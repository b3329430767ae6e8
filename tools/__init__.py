"""Checks of the repository itself, run by .ci/run."""
