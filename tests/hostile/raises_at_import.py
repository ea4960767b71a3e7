"""Raises while it is imported."""

raise RuntimeError("no such \x1b[31mluck")
