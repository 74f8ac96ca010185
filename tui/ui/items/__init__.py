"""The items of an instance: the table, one item, failed items by cause."""
