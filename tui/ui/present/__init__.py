"""From values to what is drawn: pure functions that return Rich text. No widgets, no state."""
