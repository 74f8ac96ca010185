"""What is declared is what is imported, under licences that are known."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from build_tools import dependencies
from build_tools.dependencies import Component, bill_of_materials, components, licence

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
BOUNDED = {"textual", "httpx", "msgspec"}
"""Where a break is likely: private names, and two libraries before their 1.0."""
BROUGHT = {
    "anyio": "httpx brings it; it is only loaded early",
    "httpcore": "httpx brings it; it is only loaded early",
    "secretstorage": "keyring brings it, on Linux",
    "socksio": "for a SOCKS proxy: where it is missing that is said",
}
NEEDED_BY_OTHERS = {"python-multipart": "starlette reads forms with it"}


def names(lines: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(line).name) for line in lines}


def imported() -> set[str]:
    """Distributions that a module of the package imports, also late, by a name in a string, or for types only."""
    tops: set[str] = set()
    for path in (*(ROOT / "tui").rglob("*.py"), *(ROOT / "build_tools" / "modules").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                tops |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                tops.add(node.module.partition(".")[0])
        tops |= set(re.findall(r"""import_module\(["'](\w+)["'.]""", text))
        tops |= set(re.findall(r'"(keyring)\.backends\.', text))
    where = packages_distributions()
    return {
        canonicalize_name(where.get(top, [top])[0])
        for top in tops - {"tui", "aisearch_tui"} - set(sys.stdlib_module_names)
    }


def test_what_is_declared_is_what_is_imported() -> None:
    extras = PROJECT["optional-dependencies"]
    declared = names(PROJECT["dependencies"]) | names(extras["documents"]) | names(extras["pytest"])
    assert imported() - BROUGHT.keys() == declared - NEEDED_BY_OTHERS.keys()


def test_upper_bounds_stand_only_where_a_break_is_likely() -> None:
    for one in map(Requirement, PROJECT["dependencies"]):
        operators = {specifier.operator for specifier in one.specifier}
        assert operators == ({">=", "<"} if one.name in BOUNDED else {">="}), one


def test_every_licence_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert dependencies.main(["--extra", "documents"]) == 0
    said = capsys.readouterr().out
    assert re.search(r"^textual +\d\S+ +MIT", said, re.M)
    assert re.search(r"^pypdf +", said, re.M)
    assert dependencies.UNKNOWN not in said


def test_an_extra_brings_its_own() -> None:
    plain, more = ({one.name for one in components(extras)} for extras in ((), ("documents",)))
    assert plain < more
    assert "lxml" in more - plain, "what python-docx needs"


def installed(folder: Path, name: str, *lines: str) -> None:
    about = folder / f"{name}-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(
        "\n".join(["Metadata-Version: 2.4", f"Name: {name}", "Version: 1.0", *lines]) + "\n"
    )


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["License-Expression: BSD-3-Clause", "License: odd"], "BSD-3-Clause"),
        (["License: MIT", "Classifier: License :: OSI Approved :: Zope Public License"], "Zope Public License"),
        (["License: MIT"], "MIT"),
        (["License: a whole text", "        of several lines"], "unknown"),
        (["Classifier: Topic :: Terminals"], "unknown"),
        ([], "unknown"),
    ],
)
def test_a_licence_is_read_where_it_stands(tmp_path: Path, lines: list[str], words: str) -> None:
    installed(tmp_path, "thing", *lines)
    (found,) = distribution("aisearch-tui").discover(name="thing", path=[str(tmp_path)])
    assert licence(found) == words


def test_what_is_needed_is_followed_to_its_end(tmp_path: Path) -> None:
    installed(
        tmp_path,
        "top",
        "Requires-Dist: a",
        'Requires-Dist: w; sys_platform == "win32"',
        'Requires-Dist: b; extra == "x"',
    )
    installed(tmp_path, "a", "Requires-Dist: c>=1", "Requires-Dist: top")
    installed(tmp_path, "b")
    installed(tmp_path, "c", "License: MIT")
    assert [one.name for one in components(top="top", path=[str(tmp_path)])] == ["a", "c"]
    assert [one.name for one in components(["x"], "top", [str(tmp_path)])] == ["a", "b", "c"]
    (tmp_path / "c-1.0.dist-info" / "METADATA").unlink()
    (tmp_path / "c-1.0.dist-info").rmdir()
    with pytest.raises(PackageNotFoundError, match="c"):
        components(top="top", path=[str(tmp_path)])


def test_the_bill_of_materials_is_the_same_each_time() -> None:
    found = [Component("a", "1", "MIT")]
    bill = bill_of_materials("0.1", found)
    assert bill == bill_of_materials("0.1", found)
    assert bill["components"][0]["bom-ref"] == "a@1"
    assert bill["metadata"]["component"]["name"] == "aisearch-tui"


LINE = re.compile(r"([A-Za-z0-9._-]+)==([A-Za-z0-9.+!]+)(?: *; *python_version.*)?")
CONSTRAINTS = ROOT / "tests" / "constraints.txt"


def test_the_constraints_fit_what_is_declared_and_name_no_address() -> None:
    lines = [line for line in CONSTRAINTS.read_text().splitlines() if line and not line.startswith("#")]
    assert all(LINE.fullmatch(line) for line in lines)
    pinned = {canonicalize_name(found[1]): found[2] for line in lines if (found := LINE.fullmatch(line))}
    extras = PROJECT["optional-dependencies"]
    declared = [Requirement(line) for line in (*PROJECT["dependencies"], *extras["documents"], *extras["test"])]
    for one in declared:
        if one.name != "aisearch-tui":
            assert one.specifier.contains(pinned[canonicalize_name(one.name)]), one
    assert "://" not in CONSTRAINTS.read_text()
