"""Use cases on items: list, upload, download, re-sync, delete, and failed items by cause."""
