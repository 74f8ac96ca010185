"""The tabs of the detail pane, one file each."""
