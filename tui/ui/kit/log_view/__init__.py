"""A view of a long log that paints only the lines in sight."""
