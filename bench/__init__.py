"""Measures the product beside a yardstick, over HTTP, in one run; see README.md."""
