"""Configuration files: found, read, and turned into frozen data."""
