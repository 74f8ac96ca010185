"""Widgets that know nothing of AI Search: tables, log views and the like."""
