"""Widgets and dialogs that know nothing of AI Search."""
