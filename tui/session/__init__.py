"""A connection to one account as one profile: opened, used, closed."""
