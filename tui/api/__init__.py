"""The wire: requests out, typed results or typed errors in. httpx lives here and nowhere else.

Importing this package loads nothing; `tui.api.client` brings httpx, so it is imported when a client is first needed.
"""
