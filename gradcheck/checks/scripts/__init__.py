"""What the reproducers of several checks share: their lines, their last lines, and how arrays are written."""
