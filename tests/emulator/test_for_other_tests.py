"""The pytest plugin and the container file: what docs/emulator.md shows is run as it stands there."""

from __future__ import annotations

import argparse
import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
import zipfile
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


IN_THE_IMAGE = {"python", "mkdir", "chown"}
"""What the slim image of Python has of what the file runs; the rest comes out of the environment that it makes."""


def commands():
    """The programs that each RUN starts, with their arguments."""
    for name, rest in instructions():
        if name == "RUN":
            yield from (shlex.split(one) for one in rest.split("&&"))


def test_every_command_of_the_container_file_is_there_when_it_runs():
    made: set[str] = set()
    for words in commands():
        if words[:3] == ["python", "-m", "venv"]:
            made |= {f"{words[3]}/bin/python", f"{words[3]}/bin/pip"}
        assert words[0] in IN_THE_IMAGE | made, words
    (path,) = [rest for name, rest in instructions() if name == "ENV"]
    folder = path.partition("PATH=")[2].partition(":")[0]
    assert f"{folder}/pip" in made, "the command is found where it was installed"
    (kept,) = [rest.split() for name, rest in instructions() if name == "COPY" and "--from" in rest]
    assert kept[1] == kept[2] == folder.removesuffix("/bin"), "an environment does not work at another place"


def test_the_container_has_a_python_and_extras_that_the_package_knows():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    versions = {re.search(r"python:(\d+\.\d+)", rest)[1] for name, rest in instructions() if name == "FROM"}
    assert len(versions) == 1, "what is built for one Python runs on that one"
    assert f"Programming Language :: Python :: {versions.pop()}" in project["classifiers"]
    (installed,) = [words[-1] for words in commands() if "install" in words]
    assert set(re.findall(r"[a-z]+", installed)) <= set(project["optional-dependencies"])
    assert "aisearch" in project["scripts"]


def test_what_the_container_file_copies_is_enough_to_build_the_package(tmp_path):
    for name, rest in instructions():
        if name == "COPY" and "--from" not in rest:
            *sources, target = rest.split()
            for source in sources:
                if (ROOT / source).is_dir():
                    shutil.copytree(ROOT / source, tmp_path / target, ignore=shutil.ignore_patterns("__pycache__"))
                else:
                    shutil.copy(ROOT / source, tmp_path / target)
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel"], cwd=tmp_path, check=True)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {"tui/cli.py", "tui/emulator/demo/world.json", "aisearch_tui.py"} <= set(names)
