"""Frozen data, and nothing that computes on arrays."""
