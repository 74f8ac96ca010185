"""The retrieval lab on the screen: why an item is not found, query sets, how well instances find."""
