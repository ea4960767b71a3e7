"""The parts of the HTML report: one file a section or a figure, and the style and the script of the page."""
