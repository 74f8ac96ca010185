"""export, diff and apply: what is exported can be applied, and nothing is sent that was not shown."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.commands.conftest import Aisearch, Server
from tui.commands.hcl import as_hcl
from tui.models.put_body import SERVER_OWNED

ALL = ["docs-search", "support-faq", "hr-policies", "billing-kb"]
WRANGLER = Path("/opt/wr/node_modules/.bin/wrangler")


def change(path: Path, **fields: object) -> None:
    document = json.loads(path.read_text())
    path.write_text(json.dumps({**document, **fields}))


def exported(aisearch: Aisearch, name: str, folder: Path) -> Path:
    assert aisearch("export", name, "--format", "json", "-o", str(folder)).code == 0
    (path,) = folder.glob(f"*.{name}.json")
    return path


@pytest.mark.parametrize("form", ["toml", "json"])
def test_what_is_exported_has_no_drift(aisearch: Aisearch, tmp_path: Path, form: str, server: Server) -> None:
    ran = aisearch("export", *ALL, "--format", form, "-o", str(tmp_path))
    assert (ran.code, ran.out) == (0, ""), ran.err
    files = sorted(map(str, tmp_path.glob(f"*.{form}")))
    assert len(files) == len(ALL)
    for file in files:
        document = (tomllib.loads if form == "toml" else json.loads)(Path(file).read_text())
        assert not SERVER_OWNED & document.keys()
        assert Path(file).stat().st_mode & 0o077 == 0
    diff = aisearch("diff", "-f", *files)
    assert (diff.code, diff.out) == (0, ""), diff.out + diff.err
    apply = aisearch("apply", "-f", *files, "--yes")
    assert (apply.code, apply.out) == (0, ""), apply.err
    assert "nothing to do" in apply.err
    assert server.writes == []


def test_export_to_standard_output_is_the_document_and_nothing_else(aisearch: Aisearch) -> None:
    assert tomllib.loads(aisearch("export", "docs-search").out)["id"] == "docs-search"
    assert json.loads(aisearch("export", "docs-search", "--format", "json").out)["id"] == "docs-search"
    assert [one["id"] for one in aisearch("export", *ALL, "--json").objects] == ALL
    assert aisearch("export", *ALL).code == 2


def test_drift_is_named_field_by_field(aisearch: Aisearch, tmp_path: Path) -> None:
    path = exported(aisearch, "docs-search", tmp_path)
    endpoint = json.loads(path.read_text())["public_endpoint_params"]
    change(path, chunk_size=700, public_endpoint_params={**endpoint, "authorized_hosts": []})
    ran = aisearch("diff", "-f", str(path))
    assert ran.code == 5
    found = {row[2]: (row[3], row[4]) for row in ran.rows}
    assert found["chunk_size"] == ("256", "700")
    assert found["public_endpoint_params.authorized_hosts"][1] == "[]"
    assert len(found) == 2
    objects = aisearch("diff", "-f", str(path), "--json").objects
    assert {(one["field"], one["does"]) for one in objects} == {(field, "change") for field in found}


def test_a_plan_is_sent_only_with_yes_and_warns(aisearch: Aisearch, tmp_path: Path, server: Server) -> None:
    path = exported(aisearch, "support-faq", tmp_path)
    endpoint = json.loads(path.read_text())["public_endpoint_params"]
    change(path, chunk_overlap=15, public_endpoint_params={**endpoint, "authorized_hosts": ["a.example"]})
    plan = aisearch("apply", "-f", str(path))
    assert plan.code == 2
    assert "indexed again, because of chunk_overlap" in plan.err
    assert "public_endpoint_params is replaced as a whole" in plan.err
    assert server.writes == []
    done = aisearch("apply", "-f", str(path), "--yes")
    assert done.code == 0, done.err
    assert done.out == plan.out
    assert aisearch("diff", "-f", str(path)).code == 0
    assert [write.split()[0] for write in server.writes] == ["PUT"]


def test_a_file_that_somebody_else_overtook_is_refused(aisearch: Aisearch, tmp_path: Path, server: Server) -> None:
    path = exported(aisearch, "billing-kb", tmp_path)
    other = exported(aisearch, "billing-kb", tmp_path / "other")
    change(other, max_num_results=7)
    assert aisearch("apply", "-f", str(other), "--yes").code == 0
    server.emulator.received.clear()
    change(path, max_num_results=9)
    ran = aisearch("apply", "-f", str(path), "--yes")
    assert ran.code == 1
    assert "was changed after" in ran.err
    assert server.writes == []
    assert aisearch("diff", "-f", str(path)).code == 5
    document = json.loads(path.read_text())
    del document["exported"]
    path.write_text(json.dumps(document))
    assert aisearch("apply", "-f", str(path), "--yes").code == 0, "a file by hand has no time to compare"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id = ", "neither TOML nor JSON"),
        ("{", "neither TOML nor JSON"),
        ("source = 'x'", "needs the `id`"),
        ('id = "docs-search"\nchunk_size = "many"', "chunk_size: "),
        ('id = "docs-search"\ntype = "web-crawler"\nsource = "https://a.example"', "another kind of source"),
        ('id = "Not An Id"\ntype = "built-in"', "id: "),
        ('id = "new-one"\ntype = "r2"', "source: "),
    ],
)
def test_a_wrong_file_is_wrong_use_and_nothing_is_sent(
    aisearch: Aisearch, server: Server, tmp_path: Path, text: str, words: str
) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(text)
    ran = aisearch("apply", "-f", str(path), "--yes")
    assert ran.code == 2, ran.err
    assert words in ran.err
    assert server.writes == []


def test_one_wrong_file_keeps_all_from_being_sent(aisearch: Aisearch, server: Server, tmp_path: Path) -> None:
    good = exported(aisearch, "docs-search", tmp_path)
    change(good, max_num_results=11)
    bad = tmp_path / "bad.toml"
    bad.write_text('id = "hr-policies"\nchunk_size = -5')
    assert aisearch("apply", "-f", str(good), str(bad), "--yes").code == 2
    assert aisearch("apply", "-f", str(good), str(good), "--yes").code == 2, "one instance, two files"
    assert aisearch("apply", "-f", str(tmp_path / "none.toml"), "--yes").code == 2
    assert server.writes == []


def told_by_wrangler(name: str, server: Server, folder: Path) -> dict[str, Any]:
    """What the official client says of an instance."""
    told = subprocess.run(
        [WRANGLER, "ai-search", "get", name, "--json"],
        env={
            **os.environ,
            **server.environ,
            "CLOUDFLARE_API_BASE_URL": server.url,
            "WRANGLER_SEND_METRICS": "false",
            "CI": "1",
        },
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    found: dict[str, Any] = json.loads(told.stdout[told.stdout.index("{") :])
    return found


def test_what_is_not_there_is_created_and_wrangler_reads_it(aisearch: Aisearch, server: Server, tmp_path: Path) -> None:
    path = exported(aisearch, "docs-search", tmp_path)
    document = json.loads(path.read_text())
    document |= {"id": "made-by-file", "public_endpoint_params": {"enabled": False}}
    path.write_text(json.dumps(document))
    assert aisearch("diff", "-f", str(path)).code == 5
    made = aisearch("apply", "-f", str(path), "--yes")
    assert made.code == 0, made.err
    assert {row[1] for row in made.rows} == {"create"}
    again = aisearch("diff", "-f", str(path))
    assert (again.code, again.out) == (0, "")
    try:
        if WRANGLER.exists() and shutil.which("node"):  # no Debian package has it: it is asked where it is installed
            found = told_by_wrangler("made-by-file", server, tmp_path)
            assert (found["id"], found["chunk_size"]) == ("made-by-file", document["chunk_size"])
    finally:
        aisearch("delete", "made-by-file", "--yes", "made-by-file")


def test_hcl_has_the_names_of_the_provider(aisearch: Aisearch, server: Server) -> None:
    text = aisearch("export", "docs-search", "--format", "hcl").out
    assert text.startswith('resource "cloudflare_ai_search_instance" "docs-search" {')
    assert f'account_id = "{server.emulator.account}"' in text
    assert "exported" not in text
    for read_only in SERVER_OWNED - {"account_id"}:
        assert f"\n  {read_only} =" not in text


@pytest.mark.parametrize(
    ("document", "part"),
    [
        ({"id": "a", "ai_search_model": "m"}, 'aisearch_model = "m"'),
        ({"id": "a", "system_prompt_ai_search": "say ${x} and %{y}"}, '"say $${x} and %%{y}"'),
        ({"id": "a", "system_prompt_rewrite_query": 'two\nlines "q"'}, r'"two\nlines \"q\""'),
        ({"id": "a", "namespace": "support"}, 'namespace = "support"'),
        ({"id": "1a"}, '"_1a" {'),
        ({"id": "a", "score_threshold": 0.4, "chunk_size": 512.0}, "chunk_size = 512\n"),
        ({"id": "a", "strange": 1}, "# The provider does not know: strange"),
        ({"id": "a", "custom_metadata": [{"field_name": "x", "data_type": "text"}]}, "custom_metadata = [\n"),
        (
            {"id": "a", "source_params": {"web_crawler": {"parse_options": {"include_headers": {"X A": "1"}}}}},
            '"X A" =',
        ),
    ],
)
def test_hcl_of_one_field(document: dict[str, object], part: str) -> None:
    text = as_hcl(document, "0" * 32)
    assert part in text
    assert text.endswith("\n}\n")


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_an_apply_that_is_interrupted_says_so(
    aisearch: Aisearch, server: Server, tmp_path: Path, sign: signal.Signals
) -> None:
    path = exported(aisearch, "docs-search", tmp_path)
    change(path, max_num_results=20 + sign)
    server.emulator.received.clear()
    server.hanging.add(("PUT", "/docs-search"))
    process = server.command("apply", "-f", str(path), "--yes")
    deadline = time.monotonic() + 30
    while not server.writes:
        assert time.monotonic() < deadline, process.poll()
        time.sleep(0.02)
    process.send_signal(sign)
    out, err = process.communicate(timeout=30)
    assert process.returncode == {signal.SIGINT: 130, signal.SIGTERM: 143}[sign]
    assert "max_num_results" in out
    assert "is not known: change default/docs-search" in err


def test_a_field_that_is_accepted_and_not_stored_is_a_failure(
    aisearch: Aisearch, server: Server, tmp_path: Path
) -> None:
    """The service drops what stands at the wrong level without a word (api-facts: Instances)."""
    path = exported(aisearch, "docs-search", tmp_path)
    change(path, keyword_tokenizer="trigram", max_num_results=11)
    ran = aisearch("apply", "-f", str(path), "--yes")
    assert [write.split()[0] for write in server.writes] == ["PUT"]
    assert ran.code == 1
    assert "not stored: keyword_tokenizer" in ran.err
