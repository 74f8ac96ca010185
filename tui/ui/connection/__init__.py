"""Connecting, the token, and the profiles."""
