"""What the errors of the API and of the indexer mean, and what to do about them, in an operator's words."""

from __future__ import annotations

from tui.explain.lookup import Explanation, codes, explain_api, explain_slug, slugs

__all__ = ["Explanation", "codes", "explain_api", "explain_slug", "slugs"]
