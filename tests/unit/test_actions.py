"""The action table holds together, says why something cannot be done, and refuses a wrong keymap."""

from __future__ import annotations

from itertools import combinations

import pytest
from msgspec.structs import replace

from tests.unit.build import NOW, done, instance, job, state
from tui.actions import ACTIONS, BY_ID, NO_ID, Action, Place, at, check_keymap, cooldown, elsewhere, keys_of
from tui.errors import UsageError
from tui.state.store import TYPED, Connection, Identity, Link, State

TOGETHER = {
    Place.EVERYWHERE: (Place.EVERYWHERE, Place.ANYTIME),
    Place.INSTANCES: (Place.INSTANCES, Place.TABLES, Place.EVERYWHERE, Place.ANYTIME),
    Place.JOBS: (Place.JOBS, Place.TABLES, Place.EVERYWHERE, Place.ANYTIME),
    Place.DETAIL: (Place.DETAIL, Place.EVERYWHERE, Place.ANYTIME),
    Place.LOG: (Place.LOG, Place.EVERYWHERE, Place.ANYTIME),
    Place.ITEMS: (Place.ITEMS, Place.TABLES, Place.ANYTIME),
    Place.ITEM: (Place.ITEM, Place.VIEW, Place.TABLES, Place.ANYTIME),
    Place.TRIAGE: (Place.TRIAGE, Place.VIEW, Place.TABLES, Place.ANYTIME),
    Place.SEARCH: (Place.SEARCH, Place.TABLES, Place.ANYTIME),
    Place.BESIDE: (Place.BESIDE, Place.VIEW, Place.TABLES, Place.ANYTIME),
    Place.COVERAGE: (Place.COVERAGE, Place.VIEW, Place.TABLES, Place.ANYTIME),
    Place.EVALUATION: (Place.EVALUATION, Place.VIEW, Place.TABLES, Place.ANYTIME),
    Place.NAMESPACES: (Place.NAMESPACES, Place.VIEW, Place.TABLES, Place.ANYTIME),
    Place.TOKENS: (Place.TOKENS, Place.VIEW, Place.TABLES, Place.ANYTIME),
}
"""The actions whose keys work at the same time: a pane, what it is made of, and the screen around it."""
SWALLOWED = {"ctrl+a", "ctrl+b", "ctrl+h", "ctrl+i", "ctrl+j", "ctrl+k", "ctrl+m"}
WRITES = [action for action in ACTIONS if action.writes]


def each(actions: tuple[Action, ...] | list[Action] = ACTIONS) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("action", actions, ids=lambda action: action.id)


def test_ids_are_unique() -> None:
    assert len(BY_ID) == len(ACTIONS)


@each()
def test_an_action_says_what_it_does(action: Action) -> None:
    assert action.title[0].isupper()
    assert action.help.endswith(".")
    assert len(action.help) > len("x.")
    place, _, name = action.id.partition(".")
    assert place
    assert name
    assert action.method.partition("(")[0].rpartition(".")[2].isidentifier()


@pytest.mark.parametrize("pane", TOGETHER)
def test_a_key_has_one_meaning_in_a_pane(pane: Place) -> None:
    for one, other in combinations(at(*TOGETHER[pane]), 2):
        assert not set(keys_of(one)) & set(keys_of(other)), f"{one.id} and {other.id}"


@each()
def test_every_action_has_a_plain_key_that_no_terminal_swallows(action: Action) -> None:
    keys = keys_of(action)
    assert not set(keys) & SWALLOWED
    assert not any(key.startswith("alt+") for key in keys)
    assert set(keys) - {"ctrl+s", "ctrl+q"}


def test_only_what_must_work_while_typing_is_on_control_keys_alone() -> None:
    alone = {action.id for action in ACTIONS if all("ctrl+" in key for key in keys_of(action))}
    assert alone == {"app.interrupt", "app.suspend", "app.repaint", "tables.half-down", "tables.half-up"} | {
        "log.half-down",
        "log.half-up",
    }


def test_upper_case_changes_something_and_lower_case_only_looks() -> None:
    for action in ACTIONS:
        upper = any(len(key) == 1 and key.isupper() for key in keys_of(action))
        if action.writes:
            assert keys_of(action)[0].isupper(), action.id
        elif upper:
            assert action.place in (Place.LOG, Place.TABLES, Place.DETAIL) or action.id.endswith(".refresh"), action.id


LIVE = Connection(Link.LIVE)


def live(*jobs: object, **fields: object) -> State:
    return replace(state(instance(**fields), jobs=jobs), connection=LIVE, doing="SYNC 1/3")  # type: ignore[arg-type]


def reason(action_id: str, shown: State) -> str | None:
    action = BY_ID[action_id]
    return action.why_not(shown, NOW) or None


def suited(action: Action) -> State:
    """Everything there that the action needs: a token that was typed in, too."""
    return replace(live(job()), identity=Identity(token_source=f"{TYPED}, kept in memory only"))


def test_only_a_token_that_was_typed_in_can_be_stored() -> None:
    assert reason("app.store-token", suited(BY_ID["app.store-token"])) is None
    from_file = replace(live(job()), identity=Identity(token_source="--token-file /t"))
    assert "--token-file /t" in (reason("app.store-token", from_file) or "")


def test_with_everything_there_every_action_can_run() -> None:
    assert {action.id: why for action in ACTIONS if (why := reason(action.id, suited(action)))} == {}


@pytest.mark.parametrize("source", [None, "docs-bucket", "https://docs.example.com"])
def test_every_instance_has_built_in_storage_beside_its_source(source: str | None) -> None:
    for action_id in ("items.upload", "items.download", "item.download", "items.delete"):
        assert reason(action_id, live(job(), source=source)) is None, action_id
    assert "paused" in (reason("items.upload", live(job(), source=source, paused=True)) or "")


@each(WRITES)
def test_no_write_in_read_only_mode_or_without_a_connection(action: Action) -> None:
    shown = suited(action)
    assert "--read-only" in (reason(action.id, replace(shown, identity=Identity(read_only=True))) or "")
    for link in (Link.CONNECTING, Link.NO_TOKEN, Link.REFUSED):
        words = reason(action.id, replace(shown, connection=Connection(link)))
        assert link.value.lower() in (words or ""), link
    for link in (Link.OFFLINE, Link.THROTTLED, Link.PAUSED):
        assert reason(action.id, replace(shown, connection=Connection(link))) is None, link


@pytest.mark.parametrize(
    ("action_id", "shown", "words"),
    [
        ("instance.sync", State(connection=LIVE), "No instance is selected."),
        ("instance.pause", State(connection=LIVE), "No instance is selected."),
        ("job.cancel", live(), "No job is selected."),
        ("jobs.log", live(), "No job is selected."),
        ("instances.log", live(), "No job is selected."),
        ("job.cancel", live(done("2991af7c-77")), "Job 2991af7c has already ended."),
        (
            "instance.sync",
            live(source=None),
            "docs has built-in storage only: items are indexed on upload, there is no source to sync.",
        ),
    ],
)
def test_reasons(action_id: str, shown: State, words: str) -> None:
    assert reason(action_id, shown) == words


def test_the_cool_down_is_that_of_the_selected_instance() -> None:
    shown = live()
    assert cooldown(shown, NOW) == 0
    waiting = replace(shown, cooldowns={shown.selected: NOW + 12})  # type: ignore[dict-item]
    assert cooldown(waiting, NOW) == 12
    assert cooldown(waiting, NOW + 60) == 0
    assert cooldown(replace(waiting, selected=None), NOW) == 0


OF_AN_INSTANCE = [
    action for action in ACTIONS if action.reason and action.reason(state(), NOW) == "No instance is selected."
]


@each(OF_AN_INSTANCE)
@pytest.mark.parametrize("source", [None, "bucket"])
def test_no_action_takes_a_row_that_came_without_an_id(action: Action, source: str | None) -> None:
    assert action.reason
    assert action.reason(state(instance("?3", source=source)), NOW) == NO_ID


# the operator's own keymap

LINES = {"instance.sync": 7, "job.cancel": 8, "instances.filter": 9, "nonsense": 10, "app.refresh": 11}


def refused(keymap: dict[str, str]) -> UsageError:
    with pytest.raises(UsageError) as caught:
        check_keymap(keymap, lambda action: f"config.toml:{LINES[action]}")
    return caught.value


@pytest.mark.parametrize(
    "keymap",
    [
        {},
        {"instance.sync": "f5"},
        {"instance.sync": "S,f5"},
        {"instance.sync": "X", "job.cancel": "S"},
        {"instances.filter": "f7", "log.follow": "f7"},
        {"instances.filter": "k", "tables.cursor-up": "up"},
        {action.id: action.keys for action in ACTIONS},
    ],
)
def test_keymaps_that_are_fine(keymap: dict[str, str]) -> None:
    check_keymap(keymap, lambda action: "unused")


def test_an_unknown_action_names_the_line_and_what_there_is() -> None:
    error = refused({"instance.sync": "f5", "nonsense": "x"})
    assert error.detail == "config.toml:10: there is no action 'nonsense'."
    assert "instance.sync" in error.hint


@pytest.mark.parametrize(
    ("keymap", "detail"),
    [
        ({"instance.sync": "R"}, "config.toml:7: 'R' already means 'Refresh'."),
        ({"app.refresh": "S"}, "config.toml:11: 'S' already means 'Sync'."),
        ({"instances.filter": "j"}, "config.toml:9: 'j' already means 'Down'."),
        ({"instances.filter": "f5, ctrl+c"}, "config.toml:9: 'ctrl+c' already means 'Quit'."),
        ({"app.refresh": "F"}, "config.toml:11: 'F' already means 'Follow'."),
    ],
)
def test_a_clash_names_the_line_and_the_other_meaning(keymap: dict[str, str], detail: str) -> None:
    assert refused(keymap).detail == detail


def test_two_new_keys_that_clash_are_told_too() -> None:
    assert "'f5' already means" in refused({"instance.sync": "f5", "job.cancel": "f5"}).detail


def test_the_keys_shown_are_the_operators_own() -> None:
    assert keys_of(BY_ID["app.refresh"]) == ("R", "ctrl+r")
    assert keys_of(BY_ID["app.refresh"], {"app.refresh": "f5, f6"}) == ("f5", "f6")


@pytest.mark.parametrize(
    ("key", "keymap", "words"),
    [
        ("N", {}, "N works in the instances (1) and the log (4)."),
        ("d", {}, "d works in the instances (1) and the items tab (2)."),
        ("{", {}, "{ works in the log (4)."),
        ("m", {}, "m works in the log (4) and the triage (i)."),
        ("d", {"instances.compare": "f6", "app.pane-2": "f2"}, "d works in the items tab (f2)."),
        ("%", {"log.follow": "%"}, "% works in the log (4)."),
        ("%", {}, ""),
    ],
)
def test_where_a_key_works_that_does_nothing_here(key: str, keymap: dict[str, str], words: str) -> None:
    assert elsewhere(key, frozenset({key}), keymap) == words
