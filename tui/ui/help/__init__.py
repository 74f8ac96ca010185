"""Help: every key and where it works."""
