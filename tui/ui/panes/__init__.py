"""The panes of the main screen: each mirrors a part of the state and speaks in domain words."""
