"""Searching and asking an instance."""
