"""The commands that are not the console: login, logout, doctor. They speak on a plain terminal."""
