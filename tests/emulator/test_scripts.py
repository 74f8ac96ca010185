"""Search in every script: composed and decomposed, without spaces, and nothing of a query is syntax."""

from __future__ import annotations

import sqlite3
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.emulator.index import TOKENIZERS
from tui.emulator.vectors import counted
from tui.emulator.words import phrase, spaced, words_of

DOCS = "/namespaces/default/instances/docs"
TEXTS = {
    "vietnamese": "Thuyền gỗ cần được sơn mỗi mùa xuân.",
    "german": "Die Straße führt über Köln nach Würzburg.",
    "hindi": "हिन्दी में नाव को हर वसंत में रंगना चाहिए।",
    "tamil": "மரப் படகுகளுக்கு வண்ணம் பூச வேண்டும்.",
    "arabic": "القوارب الخشبية تحتاج إلى الطلاء كل ربيع.",
    "persian": "قایق‌های چوبی هر بهار رنگ می‌خواهند.",
    "hebrew": "סירות עץ צריכות צבע בכל אביב.",
    "chinese": "木船每年春天都需要重新油漆，否则会漏水。",
    "japanese": "木造の船は毎年春にペンキを塗る必要があります。",
    "thai": "เรือไม้ต้องทาสีใหม่ทุกฤดูใบไม้ผลิ",
    "korean": "나무배는 매년 봄에 페인트칠해야 합니다.",
    "khmer": "ទូកឈើត្រូវលាបថ្នាំរៀងរាល់និទាឃរដូវ",
    "mixed": "我的iPhone手机充电器坏了。",
    "greek": "Τα ξύλινα σκάφη χρειάζονται βάψιμο.",
}
FOUND = [
    ("vietnamese", "Thuyền"), ("vietnamese", "xuân"), ("german", "Straße"), ("german", "köln"), ("hindi", "हिन्दी"),
    ("hindi", "वसंत"), ("tamil", "வண்ணம்"), ("arabic", "الطلاء"), ("persian", "می‌خواهند"), ("hebrew", "סירות"),
    ("chinese", "油漆"), ("chinese", "春天都需要"), ("chinese", "木"), ("chinese", "水"), ("japanese", "ペンキ"),
    ("japanese", "船は毎年"), ("thai", "ทาสี"), ("thai", "ฤดู"), ("korean", "나무배"), ("korean", "페인트"),
    ("khmer", "ទូកឈើ"), ("mixed", "iPhone"), ("mixed", "手机"), ("mixed", "iphone手机"), ("greek", "σκάφη"),
]  # fmt: skip


@pytest.fixture
async def make_docs(make):
    async def made(tokenizer):
        api = make()
        files = {
            f"{name}.{form}.md": unicodedata.normalize(form, text)
            for name, text in TEXTS.items()
            for form in ("NFC", "NFD")
        }
        await api.synced("docs", files, indexing_options={"keyword_tokenizer": tokenizer})
        return api

    return made


async def keys(api, query, kind="keyword", **more):
    options = {"retrieval": {"retrieval_type": kind, "max_num_results": 50, **more}}
    found = await api.ok("POST", f"{DOCS}/search", json={"query": query, "ai_search_options": options})
    return {hit["item"]["key"].split(".")[0] for hit in found["chunks"]}, len(found["chunks"])


@pytest.mark.parametrize("tokenizer", ["porter", "trigram"])
async def test_a_word_is_found_in_its_language_in_both_forms(make_docs, tokenizer):
    api = await make_docs(tokenizer)
    missing = []
    for name, word in FOUND:
        for form in ("NFC", "NFD"):
            shortest = {"porter": 1, "trigram": 2}[tokenizer]
            if len(word) < shortest:
                continue  # an index of trigrams knows no single character
            found, count = await keys(api, unicodedata.normalize(form, word))
            if name not in found or count < 2:
                missing.append((name, word, form, found, count))
    assert missing == []


async def test_a_hybrid_search_finds_words_inside_a_sentence_too(make_docs):
    api = await make_docs("porter")
    for name, word in (("chinese", "重新油漆"), ("japanese", "毎年春"), ("thai", "ต้องทาสี")):
        assert name in (await keys(api, word, "hybrid"))[0]


async def test_other_words_are_not_found(make_docs):
    api = await make_docs("porter")
    for word in ("漆油", "船木", "ペキン", "xyz", "手手", "充电池"):
        assert await keys(api, word) == (set(), 0), word


async def test_the_text_of_a_hit_is_the_text_of_the_document(make_docs):
    api = await make_docs("porter")
    found = await api.ok("POST", f"{DOCS}/search", json={"query": "油漆"})
    assert found["chunks"][0]["text"] == TEXTS["chinese"]


SYNTAX = [
    '"', '""', "a AND", "OR", "NOT b", "NEAR(a b, 2)", "text:a", "a*", "^a", "a + b", "(a", "-a", "{a b}: c",
    "'; DROP TABLE", "a\0b", "\u200d", "*", "😀", "\u0301", "a" * 5000, "AND AND AND", "a^2", "C++", "x\ny", "％_",
    "\U0010ffff", "_",
]  # fmt: skip


@pytest.mark.parametrize("tokenizer", ["porter", "trigram"])
async def test_no_query_is_syntax(make_docs, tokenizer):
    api = await make_docs(tokenizer)
    for query in SYNTAX:
        for mode in ("and", "or"):
            body = {"query": query, "ai_search_options": {"retrieval": {"keyword_match_mode": mode}}}
            response = await api.send("POST", f"{DOCS}/search", json=body)
            assert response.status_code in {200, 400}, (query, response.text)
            assert "fts5" not in response.text
            assert "syntax" not in response.text


@given(st.text(max_size=40), st.sampled_from(["porter", "trigram"]))
def test_any_text_finds_itself(text, tokenizer):
    kind = TOKENIZERS[tokenizer]
    db = sqlite3.connect(":memory:")
    db.execute(f'CREATE VIRTUAL TABLE t USING fts5(text, tokenize = "{kind}")')
    # SQLite knows the letters of an older Unicode than Python does.
    words = [one for one in words_of(text) if all(unicodedata.ucd_3_2_0.category(letter)[0] in "LN" for letter in one)]
    db.execute("INSERT INTO t VALUES (?)", (spaced(" ".join(words)),))
    for word in words:
        sought = phrase(word, trigrams=tokenizer == "trigram")
        assert sought is None or db.execute("SELECT count(*) FROM t WHERE t MATCH ?", (sought,)).fetchone() == (1,), (
            word
        )
    db.close()


def test_long_sentences_without_spaces_have_vectors_throughout():
    sentence = "木船每年春天都需要重新油漆" * 20
    assert len(counted(sentence)) >= len(set(pairwise(sentence)))


async def test_an_index_of_an_older_version_is_made_anew(make):
    api = make()
    await api.synced("docs", {"a.md": "木船每年春天都需要重新油漆", "b.md": "plain words"})
    storage = api.emulator.world.storage
    storage.run("DROP TABLE fts_1")
    storage.run(
        "CREATE VIRTUAL TABLE fts_1 USING fts5"
        " (text, content = 'chunk', content_rowid = 'n', tokenize = 'porter unicode61')"
    )
    storage.run("UPDATE chunk SET text = text || ' cafe\u0301'")
    storage.run("INSERT INTO fts_1 (rowid, text) SELECT n, text FROM chunk")
    storage.run("DELETE FROM meta WHERE key = 'index'")
    assert (await keys(api, "油漆"))[0] == set()
    api.emulator.close()
    again = make(clock=api.clock)
    assert (await keys(again, "油漆"))[0] == {"a"}
    assert (await keys(again, "café"))[0] == {"a", "b"}
    assert any("older version" in sentence for sentence in again.emulator.world.found)
    again.bucket("docs-bucket", {"a.md": "other"})
    again.clock.advance(100)
    await again.ok("POST", f"{DOCS}/jobs")
    again.pass_time(3600)
    assert (await keys(again, "油漆"))[0] == set()
