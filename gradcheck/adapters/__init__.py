"""Whose layers are checked: what the layer contract asks of an object, and what reads it."""
