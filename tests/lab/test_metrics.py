"""The measures against worked examples that others have published, and against an independent implementation."""

from __future__ import annotations

import random

import pytest

from tui.service.lab.bootstrap import Interval, interval
from tui.service.lab.metrics import discounted, percentile, quality, tokens


def test_ndcg_of_the_example_in_the_article_on_discounted_gain() -> None:
    """Grades 3 2 3 0 1 2 in the order of the ranking, with two more documents of grades 3 and 2 in the collection.

    The article gives a DCG of 6.861, an ideal DCG of 8.740, and so 0.785.
    """
    grades = {"D1": 3, "D2": 2, "D3": 3, "D4": 0, "D5": 1, "D6": 2, "D7": 3, "D8": 2}
    ranking = ["D1", "D2", "D3", "D4", "D5", "D6"]
    assert discounted([3, 2, 3, 0, 1, 2]) == pytest.approx(6.861, abs=0.001)
    assert discounted([3, 3, 3, 2, 2, 2]) == pytest.approx(8.740, abs=0.001)
    assert quality(ranking, grades, 6).ndcg == pytest.approx(0.785, abs=0.001)


def test_reciprocal_ranks_of_the_plurals_example() -> None:
    """Three queries whose right answers stand third, second and first: 1/3, 1/2, 1; their mean is 11/18."""
    rankings = [["catten", "cati", "cats"], ["torii", "tori", "toruses"], ["viruses", "virii", "viri"]]
    right = ["cats", "tori", "viruses"]
    found = [quality(ranking, {one: 1}, 3).mrr for ranking, one in zip(rankings, right, strict=True)]
    assert found == pytest.approx([1 / 3, 1 / 2, 1.0])
    assert sum(found) / 3 == pytest.approx(11 / 18)


def test_precision_and_recall_of_the_textbook_exercise() -> None:
    """R R N N N N N N R N R N N N R N N N N R of 8 relevant documents: precision 0.3 and recall 0.75 at 20."""
    order = "RRNNNNNNRNRNNNRNNNNR"
    ranking = [f"{kind}{number}" for number, kind in enumerate(order)]
    grades = {one: int(one[0] == "R") for one in ranking} | {"R-missed-1": 1, "R-missed-2": 1}
    found = quality(ranking, grades, 20)
    assert (found.precision, found.recall) == pytest.approx((0.3, 0.75))
    assert quality(ranking, grades, 10).precision == pytest.approx(0.3)


@pytest.mark.parametrize("seed", range(40))
def test_as_an_independent_implementation_says(seed: int) -> None:
    theirs = pytest.importorskip("ir_measures")
    recall, precision, reciprocal, ndcg = theirs.R, theirs.P, theirs.RR, theirs.nDCG
    rng = random.Random(seed)
    documents = [f"d{number}" for number in range(30)]
    k = rng.choice([1, 3, 5, 10, 20])
    grades = {one: rng.choice([0, 0, 1, 2, 3]) for one in rng.sample(documents, rng.randint(3, 25))}
    grades[rng.choice(documents)] = 2
    ranking = rng.sample(documents, rng.randint(0, 30))
    qrels = [theirs.Qrel("q", one, grade) for one, grade in grades.items()]
    run = [theirs.ScoredDoc("q", one, float(len(ranking) - rank)) for rank, one in enumerate(ranking)]
    run = run or [theirs.ScoredDoc("q", "nothing", 1.0)]
    found = theirs.calc_aggregate([recall @ k, precision @ k, reciprocal, ndcg @ k], qrels, run)
    ours = quality(ranking, grades, k)
    assert ours.recall == pytest.approx(found[recall @ k])
    assert ours.precision == pytest.approx(found[precision @ k])
    assert ours.mrr == pytest.approx(found[reciprocal])
    assert ours.ndcg == pytest.approx(found[ndcg @ k])


def test_a_document_counts_once_and_what_nobody_judged_is_counted() -> None:
    found = quality(["a", "a", "a", "b", "x"], {"a": 1, "b": 2}, 3)
    assert found == quality(["a", "b", "x"], {"a": 1, "b": 2}, 3)
    assert found.recall == 1.0
    assert found.precision == pytest.approx(2 / 3)
    assert found.unjudged == 1


@pytest.mark.parametrize("grades", [{}, {"a": 0}, {"a": -1}])
def test_without_a_relevant_document_nothing_is_measured(grades: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="relevant"):
        quality(["a"], grades, 5)


def test_the_interval_is_the_same_each_time_and_narrows_with_more_queries() -> None:
    rng = random.Random(1)
    few, many = ([rng.random() for _ in range(count)] for count in (10, 400))
    assert interval(few) == interval(list(few))
    assert interval(few).high - interval(few).low > 3 * (interval(many).high - interval(many).low)
    assert interval(many).low < sum(many) / len(many) < interval(many).high


@pytest.mark.parametrize(
    ("differences", "verdict"),
    [
        ([0.0] * 30, "no difference"),
        ([0.1] * 30, "better"),
        ([-0.1] * 30, "worse"),
        ([0.3, -0.3] * 15, "no difference"),
        ([0.3, 0.2, 0.4, -0.1] * 8, "better"),
        ([-0.3, -0.2, -0.4, 0.1] * 8, "worse"),
        ([1.0], "no difference"),
        ([0.9] + [0.0] * 29, "no difference"),
        ([], "no difference"),
    ],
)
def test_a_difference_that_chance_may_have_made_is_none(differences: list[float], verdict: str) -> None:
    assert interval(differences).verdict == verdict


def test_an_interval_that_touches_zero_is_no_difference() -> None:
    assert Interval(0.1, 0.0, 0.2).verdict == "no difference"
    assert Interval(-0.1, -0.2, 0.0).verdict == "no difference"


@pytest.mark.parametrize(("share", "value"), [(0, 1), (0.5, 2.5), (1, 4), (0.95, 3.85)])
def test_percentiles(share: float, value: float) -> None:
    assert percentile([4, 1, 3, 2], share) == pytest.approx(value)
    assert percentile([], share) == 0


def test_tokens_are_estimated() -> None:
    assert [tokens(number) for number in (0, 1, 4, 5, 4000)] == [0, 1, 1, 2, 1000]
