"""The pytest plugin and the container file: what docs/emulator.md shows is run as it stands there."""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tui.emulator import serve

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "emulator.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
TESTS = [example for example in EXAMPLES if "def test_" in example]


def run(folder, source, *options):
    """Run `source` as a test file of somebody else, in a process of its own."""
    (folder / "test_theirs.py").write_text(source)
    (folder / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, str(folder)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("number", range(len(TESTS)))
def test_the_examples_of_the_page_pass_as_they_stand(tmp_path, number):
    done = run(tmp_path, TESTS[number], "-W", "ignore::DeprecationWarning")
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_an_example_that_expects_something_else_fails(tmp_path):
    done = run(tmp_path, TESTS[0].replace('== "boats.md"', '== "cars.md"'), "-W", "ignore::DeprecationWarning")
    assert "1 failed" in done.stdout


def test_the_client_by_hand_is_the_servers_default():
    (by_hand,) = [example for example in EXAMPLES if "def " not in example]
    defaults = argparse.ArgumentParser()
    serve.add_arguments(defaults)
    given = defaults.parse_args([])
    assert f'api_token="{given.token}"' in by_hand
    assert f"http://{given.host}:{given.port}/client/v4" in by_hand


def test_each_test_has_an_emulator_of_its_own(tmp_path):
    source = """
import pytest, urllib.request, json

@pytest.mark.parametrize("turn", [1, 2])
def test_it_is_empty(aisearch_emulator, turn):
    one = aisearch_emulator
    url = f"{one.url}/accounts/{one.account}/ai-search/instances"
    headers = {"Authorization": f"Bearer {one.token}", "Content-Type": "application/json"}
    assert json.load(urllib.request.urlopen(urllib.request.Request(url, headers=headers)))["result"] == []
    made = urllib.request.Request(url, json.dumps({"id": "a"}).encode(), headers)
    assert urllib.request.urlopen(made).status == 201
    assert one.site("a.example", {"x/y.html": b"z"}).joinpath("x/y.html").read_text() == "z"
    assert [(r.method, r.status) for r in one.received] == [("GET", 200), ("POST", 201)]
"""
    done = run(tmp_path, source)
    assert "2 passed" in done.stdout, done.stdout + done.stderr


def test_the_plugin_costs_nothing_until_it_is_asked_for():
    code = (
        "import aisearch_tui_pytest, sys; "
        "print([m for m in ('tui', 'starlette', 'uvicorn', 'textual') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def instructions():
    text = (ROOT / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    found = [line.split(None, 1) for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(name, rest.strip()) for name, rest in found]


def test_the_container_file_copies_what_there_is():
    names = {name for name, _ in instructions()}
    assert names <= {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "CMD"}
    sources = [
        word for name, rest in instructions() if name == "COPY" and "--from" not in rest for word in rest.split()[:-1]
    ]
    assert sources
    assert [source for source in sources if not (ROOT / source).exists()] == []


def test_the_container_is_not_root_and_its_command_parses():
    (user,) = [rest for name, rest in instructions() if name == "USER"]
    assert int(user.partition(":")[0]) > 0
    (command,) = [json.loads(rest) for name, rest in instructions() if name == "CMD"]
    assert command[:2] == ["aisearch", "emulate"]
    parser = argparse.ArgumentParser()
    serve.add_arguments(parser)
    given = parser.parse_args(command[2:])
    assert (given.host, given.allow_remote, str(given.data)) == ("0.0.0.0", True, "/data")
    assert ("EXPOSE", str(given.port)) in instructions()
    assert ("VOLUME", str(given.data)) in instructions()
