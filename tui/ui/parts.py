"""What the parts of the app and of the main screen are made of: mixins, of which only the whole is an App or a Screen.

The type checker sees them as what the whole is. While the program runs they are plain classes: Textual prepares every
class of its own for a life on the screen, 0.2 ms each, and there are more than thirty parts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.app import App
    from textual.screen import Screen

    AppPart = App[None]
    ScreenPart = Screen[None]
else:
    AppPart = ScreenPart = object
