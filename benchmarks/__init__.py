"""Measurements beside a peer in the same run; each is a ``make`` command that prints a table."""
