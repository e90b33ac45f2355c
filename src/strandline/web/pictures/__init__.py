"""The frame of every picture: scales and ticks, SVG drawn on the server at two widths, the finding, the table."""
