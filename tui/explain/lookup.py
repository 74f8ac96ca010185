"""From a code or a slug to its explanation. Codes are looked up with message and status: neither alone decides."""

from __future__ import annotations

import re

from tui.explain.access import ACCESS
from tui.explain.indexing_crawl import CRAWL_SLUGS
from tui.explain.indexing_file import FILE_SLUGS
from tui.explain.indexing_platform import PLATFORM_SLUGS
from tui.explain.instances import INSTANCES
from tui.explain.items import ITEMS
from tui.explain.models import MODELS
from tui.explain.queries import QUERIES
from tui.explain.status import STATUS, UNKNOWN
from tui.explain.words import Explanation

EXPLAINED = {**ACCESS, **INSTANCES, **ITEMS, **MODELS, **QUERIES}
"""The explanations by code and what else decides: a status, a message, or None."""
_SLUGS = {**FILE_SLUGS, **CRAWL_SLUGS, **PLATFORM_SLUGS}
CODES = frozenset(code for code, _ in EXPLAINED)
"""Every API code that is explained; the message of another one is worth showing as it is."""
SLUGS = frozenset(_SLUGS)
"""Every indexing error that is explained, to recognise one in a log line."""
_STATUS_SLUG = re.compile(r"(?:crawl_got_)?http_([45])\d\d")


def explain_api(code: int | None, http: int | None, message: str = "") -> Explanation:
    """The explanation of a refused request.

    The message wins over the status (7096 has two meanings with one status), the status over the bare code (7001 is
    a validation error with 400 and a fault of the server with 500). An unknown code is explained by its status.
    """
    if code is not None:
        for key in ((code, message), (code, http), (code, None)):
            if key in EXPLAINED:
                return EXPLAINED[key]
    by_status = STATUS.get(http or 0) or STATUS.get((http or 0) // 100, UNKNOWN)
    if code is None:
        return by_status
    return by_status._replace(title=f"{by_status.title} (code {code})")


def explain_slug(slug: str) -> Explanation:
    """The explanation of an indexing error by its slug, in any case. An unknown slug is named and said to be unknown.

    The table has whole classes of HTTP errors (`http_4xx`): a slug with a number, as `http_404`, finds its class.
    """
    known = slug.strip().lower()
    if known in _SLUGS:
        return _SLUGS[known]
    if match := _STATUS_SLUG.fullmatch(known):
        return _SLUGS[f"http_{match[1]}xx"]
    return Explanation(
        f"Indexing error {known[:60] or 'without a name'}",
        "This console does not know this error; the API may have gained it since.",
        "Open the item's log for details, then re-sync the item once.",
    )
