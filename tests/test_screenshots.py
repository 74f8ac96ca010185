"""The pictures of the README and of `docs/` are what the console looks like now."""

from __future__ import annotations

import pytest

from tests.documents import everything
from tests.screenshots import FOLDER, SCENES, Scene, draw

pytestmark = pytest.mark.exhaustive


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
async def test_a_screenshot_is_fresh(scene: Scene) -> None:
    assert scene.path.read_text(encoding="utf-8") == await draw(scene), "run python -m tests.screenshots"


def test_every_picture_is_shown_and_every_shown_picture_exists() -> None:
    shown = everything()
    for path in FOLDER.glob("*.svg"):
        assert f"screenshots/{path.name}" in shown, f"{path.name} is shown nowhere"
    assert {path.stem for path in FOLDER.glob("*.svg")} == {scene.name for scene in SCENES}
