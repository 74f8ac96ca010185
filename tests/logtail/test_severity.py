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


NAMES = [
    "reference/error-codes.md",
    "error-codes.md",
    "guides/failed-uploads.pdf",
    "invalid_pdf.md",
    "docs/http_404.html",
    "faq/why was my request denied.md",
    "failed uploads.md",
    "Timeout Errors/retry policy.txt",
    "https://example.com/errors/unauthorized",
    "https://example.com/search?q=fatal+error",
    "errors/INVALID.PDF",
    "a/b/exception",
    "C\\logs\\crash.log",
    "warnings/skipped.md",
    "rate-limited/throttled.json",
]
CALM_FORMS = [
    "indexed {}",
    "indexed {} (18 chunks)",
    "indexed {} 18 chunks",
    "Indexed: {}",
    "re-indexed {}",
    "removed {}",
    "uploaded {} [3.2 MB]",
    "processing {}",
    "{} indexed",
    "{}: indexed",
    "{} indexed (3 chunks)",
    "{} processed 3 chunks",
]


@pytest.mark.parametrize("form", CALM_FORMS)
@pytest.mark.parametrize("name", NAMES)
def test_the_words_of_a_name_alarm_nobody(form, name):
    assert severity(0, form.format(name), SLUGS) is Severity.INFO


@pytest.mark.parametrize(
    "form",
    [
        "{} failed: invalid_pdf",
        "{}: invalid_pdf",
        "{}: could not be read",
        "failed to index {}",
        "could not index {}",
        "error while indexing {}",
        "ERROR {} timed out",
        "{} (invalid_pdf)",
    ],
)
@pytest.mark.parametrize("name", [*NAMES, "guides/caching.md", "https://example.com/", "plain.pdf"])
def test_a_failure_is_one_whatever_the_name(form, name):
    assert severity(0, form.format(name), SLUGS) is Severity.ERROR


@pytest.mark.parametrize("name", ["reference/error-codes.md", "guides/caching.md", "failed uploads.md"])
def test_what_was_skipped_is_a_warning_unless_a_slug_says_why(name):
    assert severity(0, f"skipped {name}", SLUGS) is Severity.WARNING
    assert severity(0, f"skipped {name}: too old", SLUGS) is Severity.WARNING
    assert severity(0, f"skipped {name}: over_size", SLUGS) is Severity.ERROR


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('{"file": "error-codes.md", "status": "indexed"}', Severity.INFO),
        ('{"key": "failed", "state": "completed"}', Severity.INFO),
        ('{"file": "guides/caching.md", "status": "error"}', Severity.ERROR),
        ('item "failed uploads" indexed', Severity.INFO),
        ("item error-codes indexed", Severity.INFO),
        ("document error-codes failed", Severity.ERROR),
        ("queued 'errors/invalid.md' for embedding", Severity.INFO),
        ("indexed 7 files, 3 failed", Severity.ERROR),
        ("indexed guides/a.md but its embedding failed", Severity.ERROR),
        ("listing source r2://failed-uploads/errors", Severity.INFO),
        ("errors/failures: 3", Severity.ERROR),
        ("upload failed.", Severity.ERROR),
        ("error.code=5", Severity.ERROR),
        ("2/5 pages failed", Severity.ERROR),
    ],
)
def test_the_form_of_a_message_decides(text, wanted):
    assert severity(0, text, SLUGS) is wanted


@pytest.mark.parametrize("kind", [None, 0, 1, 7, -3])
def test_an_unknown_type_proves_nothing(kind):
    assert severity(kind, "indexed guides/caching.md") is Severity.INFO
    assert severity(kind, "upload failed") is Severity.ERROR


def test_a_huge_line_is_cheap():
    assert severity(0, "a_" * 500_000, SLUGS) is Severity.INFO


@pytest.mark.parametrize("part", ["a/", "a.a", "/", '"', "file ", "x", " indexed", "(", 'key "', "a:/", "a-b_c."])
def test_no_line_takes_long_to_judge(part):
    """A pattern that tries every end for every beginning would take minutes here."""
    assert severity(0, f"error {part * 4000}", SLUGS) is Severity.ERROR
