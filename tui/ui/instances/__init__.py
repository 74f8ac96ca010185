"""The instance table, the detail of one, and what is done to instances."""
