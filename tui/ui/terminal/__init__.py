"""The terminal below the screen: what it can do, its clipboard, title and editor, and how it is left."""
