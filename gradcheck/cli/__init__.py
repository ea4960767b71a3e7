"""The command line: the only place that knows click, prints, and leaves with a status."""
