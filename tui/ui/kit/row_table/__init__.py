"""A table that paints only the rows in sight."""
