"""Every row of both error tables is explained, specifically, shortly and in words of its own."""

import csv
import re
from pathlib import Path

import pytest

from tui.explain import Explanation, explain_api, explain_slug, slugs
from tui.explain.lookup import http_statuses

CONTRACT = Path(__file__).parent.parent / "contract"
STATUS = http_statuses()
GENERIC = {*STATUS.values()}


def rows(name: str) -> list[dict[str, str]]:
    with (CONTRACT / name).open() as table:
        return list(csv.DictReader(table, delimiter="\t"))


API_ROWS = [
    (int(row["code"]), int(status), row["message"])
    for row in rows("api-errors.tsv")
    for status in row["http"].split("/")
]
SLUG_ROWS = [row["slug"] for row in rows("indexing-errors.tsv")]


def assert_useful(words: Explanation) -> None:
    assert all(part.strip() for part in words)
    assert len(words.title) <= 60
    for text in (words.meaning, words.remedy):
        assert text.endswith(".")
        assert len(re.findall(r"[.!?](?:\s|$)", text)) <= 2, text
        assert len(text) <= 160, text


@pytest.mark.parametrize(("code", "http", "message"), API_ROWS)
def test_every_api_error_is_explained(code: int, http: int, message: str):
    words = explain_api(code, http, message)
    assert_useful(words)
    assert words not in GENERIC
    assert f"code {code}" not in words.title
    assert message not in (words.title, words.meaning)


@pytest.mark.parametrize("slug", SLUG_ROWS)
def test_every_indexing_error_is_explained(slug: str):
    words = explain_slug(slug)
    assert_useful(words)
    assert slug not in words.title
    assert words != explain_slug("no_such_slug")


def test_each_row_has_words_of_its_own():
    api = {explain_api(*row) for row in API_ROWS}
    assert len(api) == len({code for code, *_ in API_ROWS})
    explained = [explain_slug(slug) for slug in SLUG_ROWS]
    assert len({words.title for words in explained}) == len(explained)
    assert len({words.meaning for words in explained}) == len(explained)
    assert set(SLUG_ROWS) == slugs()


def test_codes_of_the_contract_beyond_the_table_are_explained_too():
    import json

    contract = json.loads((CONTRACT / "ai-search.openapi.json").read_text())
    operations = (op for path in contract["paths"].values() for op in path.values() if isinstance(op, dict))
    pairs = {(e["code"], e["status"], e["message"]) for op in operations for e in op.get("x-errors", [])}
    assert len(pairs) > 50
    assert not [pair for pair in pairs if explain_api(*pair) in GENERIC or "(code" in explain_api(*pair).title]


def test_the_status_decides_where_a_code_has_two_meanings():
    assert explain_api(7001, 400, "name too long") != explain_api(7001, 500, "Internal Error")
    assert explain_api(10000, 401) != explain_api(10000, 403)


def test_the_message_decides_where_code_and_status_are_the_same():
    gateway = explain_api(7096, 400, "ai_gateway_credential_not_found")
    domain = explain_api(7096, 400, "disabling_the_default_domain_requires_at_least_one_custom_domain")
    assert "gateway" in gateway.title
    assert "domain" in domain.title


@pytest.mark.parametrize("code", [7071, 7077])
def test_a_401_about_the_instance_does_not_blame_our_token(code: int):
    assert "own API token is fine" in explain_api(code, 401).meaning


def test_an_unknown_code_is_explained_by_its_status_and_named():
    assert explain_api(7999, 503).title == "The service is not available (code 7999)"
    assert explain_api(None, 418) == STATUS[4]
    assert explain_api(None, 599) == STATUS[5]
    assert explain_api(None, None) == STATUS[None]


def test_slugs_with_a_status_find_their_class():
    assert explain_slug("http_404") == explain_slug("http_4xx")
    assert explain_slug("crawl_got_http_503") == explain_slug("http_5xx")
    assert explain_slug("crawl_got_http_403") != explain_slug("http_4xx")
    assert "quite_new" in explain_slug("quite_new").title
