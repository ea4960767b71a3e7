"""How long gradcheck takes, and how much memory: `python -m tests.bench`."""
