"""The severity of a line: from its words and slugs, never alarmed by counts of nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.logtail.severity import Severity, severity, slug_in

TABLE = Path(__file__).parents[1] / "contract" / "indexing-errors.tsv"
SLUGS = frozenset(line.split("\t")[0] for line in TABLE.read_text().splitlines()[1:])


@pytest.mark.parametrize("slug", sorted(SLUGS))
def test_every_slug_is_an_error(slug):
    assert severity(0, f"guides/caching.md: {slug}", SLUGS) is Severity.ERROR
    assert slug_in(f"guides/caching.md ({slug.upper()})", SLUGS) == slug


def test_a_numbered_http_slug_counts_as_its_class():
    assert slug_in("https://example.com/ http_404", SLUGS) == "http_404"
    assert slug_in("https://example.com/ http_204", SLUGS) is None


def test_a_slug_counts_as_a_whole_word_only():
    assert slug_in("indexed notes_on_over_size_parcels.md", SLUGS) is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Indexing started", Severity.INFO),
        ("indexed guides/caching.md 18 chunks", Severity.INFO),
        ("sync ended: completed", Severity.INFO),
        ("done: 40 indexed, 0 errors, 0 failed", Severity.INFO),
        ("finished without errors", Severity.INFO),
        ("errors: 0, warnings: 0", Severity.INFO),
        ("failed=0", Severity.INFO),
        ('{"errors": 0, "failed": null}', Severity.INFO),
        ("summary: 41 indexed, 0 with errors, 0 removed", Severity.INFO),
        ("summary: 0 indexed, 7 with errors, 0 removed", Severity.ERROR),
        ("errors: 3", Severity.ERROR),
        ("failed: 0.5 of the pages", Severity.ERROR),
        ("ERROR could not read page", Severity.ERROR),
        ("upload failed", Severity.ERROR),
        ("connection refused", Severity.ERROR),
        ("request timed out", Severity.ERROR),
        ("skipped image.png", Severity.WARNING),
        ("retrying in 4 s", Severity.WARNING),
        ("rate limited, waiting", Severity.WARNING),
        ("sync ended: new_job_has_started", Severity.WARNING),
        ("cancelled by user", Severity.WARNING),
        ("terror in the mirrors", Severity.INFO),
        ("", Severity.INFO),
    ],
)
def test_words(text, wanted):
    assert severity(0, text, SLUGS) is wanted


@pytest.mark.parametrize("kind", [None, 0, 1, 7, -3])
def test_an_unknown_type_proves_nothing(kind):
    assert severity(kind, "indexed guides/caching.md") is Severity.INFO
    assert severity(kind, "upload failed") is Severity.ERROR


def test_a_huge_line_is_cheap():
    assert severity(0, "a_" * 500_000, SLUGS) is Severity.INFO
