"""What the errors of the API and of the indexer mean, and what to do about them, in an operator's words."""

from __future__ import annotations

from tui.explain.lookup import CODES, SLUGS, explain_api, explain_slug
from tui.explain.words import Explanation

__all__ = ["CODES", "SLUGS", "Explanation", "explain_api", "explain_slug"]
