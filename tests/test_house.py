"""The house is composed: rules about classes, measured on the whole of a class with its bases, as Python sees it.

Each limit is a number that may only fall.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import msgspec
import pytest

import tui
from tui.errors import AppError

PACKAGE = Path(tui.__file__).parent
BASES, BASES_OF_VALUES = 2, 3
CLASS_LINES, CLASS_METHODS = 450, 45
SIDE_BY_SIDE, CUT_IN_TWO, UNDEFINED, HANDLERS_TWICE = 0, 0, 0, 0
FEATURE_IMPORTS, KIT_KNOWS, DOUBLE_NAMES, PRIVATE_FILES, SMALL_MODULES = 0, 0, 0, 5, 6
DESK_NAMES = 14
SMALL = 25
"""Lines below which a module is small."""


@cache
def classes() -> tuple[type, ...]:
    """Every class of the package, nested ones and the emulator's too."""
    found: dict[type, None] = {}

    def take(holder: Any, module: str) -> None:
        for one in list(vars(holder).values()):
            if isinstance(one, type) and one.__module__ == module and one not in found:
                found[one] = None
                take(one, module)

    for module in pkgutil.walk_packages([str(PACKAGE)], "tui."):
        if not module.name.endswith(("__main__", "keychain_worker")):
            take(importlib.import_module(module.name), module.name)
    return tuple(found)


def ours(one: type) -> bool:
    return one.__module__.split(".")[0] == "tui"


FACADE = "Client"
"""One short method an endpoint, a group of endpoints a base: its size is the API's."""


def is_protocol(one: type) -> bool:
    return bool(getattr(one, "_is_protocol", False)) or one is Protocol or one.__name__ == FACADE


def bases(one: type) -> list[type]:
    """In-project bases, of the whole MRO."""
    return [base for base in one.__mro__[1:] if ours(base) and not is_protocol(base)]


def size(one: type) -> tuple[int, int]:
    """Lines and methods of a class with all its in-project bases."""
    whole = [one, *bases(one)]
    lines = sum(len(_source(base)) for base in whole)
    methods = sum(1 for base in whole for value in vars(base).values() if _is_method(value))
    return lines, methods


@cache
def _source(one: type) -> list[str]:
    try:
        return inspect.getsourcelines(one)[0]
    except (OSError, TypeError):
        return []


def _is_method(value: Any) -> bool:
    return inspect.isfunction(value) or isinstance(value, property | classmethod | staticmethod)


def names(found: Iterator[type] | list[type]) -> list[str]:
    return sorted(f"{one.__module__}.{one.__qualname__}" for one in found)


def test_few_bases() -> None:
    def limit(one: type) -> int:
        values = issubclass(one, AppError | msgspec.Struct)
        return max(BASES, BASES_OF_VALUES) if values else BASES

    assert not names([one for one in classes() if not is_protocol(one) and len(bases(one)) > limit(one)])


def test_small_classes() -> None:
    assert not [
        (one.__qualname__, lines, methods)
        for one in classes()
        if not is_protocol(one)
        for lines, methods in [size(one)]
        if lines > CLASS_LINES or methods > CLASS_METHODS
    ]


def test_no_bases_side_by_side() -> None:
    """Two in-project bases of one class are a mixin; protocols and the façade `Client` are not meant."""

    def beside(one: type) -> bool:
        return sum(ours(base) and not is_protocol(base) for base in one.__bases__) > 1

    found = names([one for one in classes() if not is_protocol(one) and beside(one)])
    assert len(found) <= SIDE_BY_SIDE, found


def test_no_class_is_cut_in_two() -> None:
    """A class with one heir that is never made by itself, and has methods, is one class in two files."""
    heirs: defaultdict[type, list[type]] = defaultdict(list)
    for one in classes():
        for base in one.__bases__:
            if ours(base) and not is_protocol(base):
                heirs[base].append(one)
    called = Counter(
        name
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        for name in [_called(node.func)]
    )
    found = names(
        [
            base
            for base, its in heirs.items()
            if len(its) == 1
            and re.match(r"tui\.(ui|logtail)\.", base.__module__)
            and not called[base.__name__]
            and any(_is_method(value) for value in vars(base).values())
        ]
    )
    assert len(found) <= CUT_IN_TWO, found


def _called(node: ast.expr) -> str:
    if isinstance(node, ast.Subscript):
        return _called(node.value)
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def test_a_method_uses_what_its_class_defines() -> None:
    found = sorted(
        f"{one.__qualname__}.{name}" for one in classes() if not is_protocol(one) for name in _undefined(one)
    )
    assert len(found) <= UNDEFINED, found


def _undefined(one: type) -> set[str]:
    """Names `self.x` that a method of the class reads and neither the class nor a base defines."""
    known = set(dir(one)) | _assigned(one)
    for base in one.__mro__:
        known |= set(getattr(base, "__annotations__", ())) | set(getattr(base, "__slots__", ()))
    known |= {"name", "value"} if issubclass(one, Enum) else set()
    read = {node.attr for node in _of_self(one) if isinstance(node.ctx, ast.Load)}
    return {name for name in read - known if not name.startswith("__")}


@cache
def _assigned(one: type) -> set[str]:
    """Names that methods of the class or of any base set on `self`."""
    return {node.attr for base in one.__mro__ for node in _of_self(base) if isinstance(node.ctx, ast.Store)}


@cache
def _of_self(one: type) -> tuple[ast.Attribute, ...]:
    source = inspect.cleandoc("\n" + "".join(_source(one))) if one is not object else ""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return ()
    return tuple(
        node
        for node in (_own(tree.body[0]) if tree.body else ())
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    )


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """What stands in a class, nested classes left out: their `self` is another."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.ClassDef):
            yield child
            yield from _own(child)


def test_a_handler_stands_once() -> None:
    """Textual calls `on_x` of every class in the MRO: two of ours for one message are two owners."""

    def twice(one: type) -> list[str]:
        handlers = Counter(name for base in [one, *bases(one)] for name in vars(base) if name.startswith("on_"))
        return [name for name, count in handlers.items() if count > 1]

    found = sorted(f"{one.__qualname__}.{name}" for one in classes() for name in twice(one))
    assert len(found) <= HANDLERS_TWICE, found


NOT_FEATURES = {"kit", "terminal"}
FEATURES = {path.name for path in (PACKAGE / "ui").iterdir() if (path / "__init__.py").exists()} - NOT_FEATURES


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_a_feature_knows_no_other_feature() -> None:
    found = sorted(
        f"{path.relative_to(PACKAGE)}: {name}"
        for feature in FEATURES
        for path in (PACKAGE / "ui" / feature).rglob("*.py")
        for name in _imports(path)
        if name.startswith("tui.ui.") and name.split(".")[2] in FEATURES - {feature}
    )
    assert len(found) <= FEATURE_IMPORTS, found


def test_the_kit_knows_nothing_of_ai_search() -> None:
    """Widgets that any console could use: no service, no state, no feature. The log view shows a log tail."""
    unknown = ("tui.service", "tui.state", "tui.polling", "tui.session", "tui.api", "tui.contract", "tui.models")
    found = sorted(
        f"{path.relative_to(PACKAGE)}: {name}"
        for path in (PACKAGE / "ui" / "kit").rglob("*.py")
        for name in _imports(path)
        if name.startswith(unknown) or (name.startswith("tui.ui.") and name.split(".")[2] in FEATURES)
    )
    assert len(found) <= KIT_KNOWS, found


def test_a_class_name_is_unique() -> None:
    """A message is named by its widget: `LogView.Moved`."""
    named = [one for one in classes() if "." not in one.__qualname__ and not one.__module__.startswith("tui.emulator")]
    counts = Counter(one.__name__ for one in named)
    double = sorted(name for name, count in counts.items() if count > 1 and not name.startswith("_"))
    assert len(double) <= DOUBLE_NAMES, double


def test_the_desk_is_small_and_knows_nobody() -> None:
    from tui.ui.desk import Desk

    public = [name for name in vars(Desk) if not name.startswith("_")]
    assert len(public) <= DESK_NAMES, public
    used = [name for name in _imports(PACKAGE / "ui" / "desk.py") if name.startswith("tui.ui.")]
    assert not [name for name in used if name.split(".")[2] in FEATURES | {"kit", "main_screen", "app"}], used


@cache
def textual_private() -> frozenset[str]:
    """Private names of Textual: those of its classes, and those that their methods set on themselves."""
    import textual.app
    import textual.driver
    import textual.screen
    import textual.scroll_view
    import textual.widgets

    kinds: list[type] = [textual.app.App, textual.screen.Screen, textual.scroll_view.ScrollView, textual.driver.Driver]
    kinds += [textual.widgets.Input, textual.widgets.Button, textual.widgets.TextArea]
    found = {name for kind in kinds for name in dir(kind)} | {name for kind in kinds for name in _assigned(kind)}
    return frozenset(name for name in found if re.match(r"_[a-z]", name))


def _private_names(path: Path) -> set[str]:
    """Private names of Textual that a file reads from something, imports, or overrides."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = list(ast.walk(tree))
    functions = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    attributes = [node for node in nodes if isinstance(node, ast.Attribute)]
    stored = {node.attr for node in attributes if isinstance(node.ctx, ast.Store) and _is_self(node.value)}
    declared = {
        target.id
        for node in nodes
        if isinstance(node, ast.AnnAssign | ast.Assign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    read = {node.attr for node in attributes if ast.unparse(node.value) != "os"} & textual_private()
    imported = {name for name in _imports(path) if name.startswith("textual._")}
    return (read - functions - stored - declared) | imported


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def test_private_names_of_textual_stand_in_few_files() -> None:
    """They break at an upgrade: these files are to be opened then."""
    found = {
        str(path.relative_to(PACKAGE)): names
        for path in (PACKAGE / "ui").rglob("*.py")
        if (names := _private_names(path))
    }
    assert len(found) <= PRIVATE_FILES, found


def test_few_modules_are_tiny() -> None:
    small = sorted(
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if path.name not in ("__init__.py", "__main__.py")
        and len(path.read_text(encoding="utf-8").splitlines()) < SMALL
    )
    assert len(small) <= SMALL_MODULES, small


@pytest.mark.parametrize("word", ["utils", "helpers", "manager", "mixin"])
def test_no_drawer(word: str) -> None:
    assert not [one.__qualname__ for one in classes() if word in one.__name__.lower()]


FACTS = PACKAGE.parent / "docs" / "api-facts.md"


def test_every_reference_to_a_fact_of_the_api_resolves() -> None:
    headings = set(re.findall(r"^## (.+)$", FACTS.read_text(encoding="utf-8"), re.MULTILINE))
    assert len(headings) > 10
    named = [
        (str(path.relative_to(PACKAGE)), heading)
        for path in PACKAGE.rglob("*.py")
        for found in re.findall(r"\(api-facts: ([^)]*)\)", path.read_text(encoding="utf-8").replace("\n", " "))
        for heading in re.split(r",\s+", found)
    ]
    assert len(named) > 90
    assert not [(path, heading) for path, heading in named if " ".join(heading.split()) not in headings]


def test_no_fact_of_the_api_is_named_in_another_way() -> None:
    for path in PACKAGE.rglob("*.py"):
        assert not re.search(r"\bFACTS\b(?!\.)", path.read_text(encoding="utf-8").replace("_FACTS", "")), path
