"""The engine: what examines layers, and what is asked of a report afterwards."""
