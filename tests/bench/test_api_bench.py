"""The benchmark itself works: every contender sees the same rows, and the figures are there."""

import json

import pytest

from tests.bench.__main__ import main


def test_the_api_benchmark_runs_and_its_contenders_see_the_same(capsys: pytest.CaptureFixture[str]):
    main(["api", "--pages", "10", "--rounds", "1", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert {one["contender"] for one in found} == {"httpx", "aisearch", "cloudflare SDK"}
    assert {one["rows"] for one in found if one["task"] == "200 instances"} == {200}
    assert {one["rows"] for one in found if one["task"] == "10 log pages"} == {1000}
    assert all(one["per_second"] > 0 and one["cpu_ms"] > 0 for one in found)


def test_an_unknown_benchmark_is_refused_with_the_list(capsys: pytest.CaptureFixture[str]):
    assert main(["nonsense"]) == 2
    assert "api" in capsys.readouterr().out
