"""The operator's own commands."""
