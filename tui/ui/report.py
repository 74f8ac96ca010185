"""How an error is told: one function lays it out, and it is kept for the list of errors."""

from __future__ import annotations

from textual.app import App

from tui.errors import AppError

TIMEOUT = 10.0
"""Seconds that an error's toast stays; its text stays in the list of errors."""


def report(app: App[object], error: AppError) -> None:
    """Show an error as a toast: title, what happened, what to do next, and its reference."""
    lines = (error.detail, error.hint, error.reference)
    text = "\n".join(line for line in lines if line)
    app.notify(text or error.title, title=error.title, severity="error", timeout=TIMEOUT, markup=False)
