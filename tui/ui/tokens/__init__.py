"""The service tokens of the account."""
