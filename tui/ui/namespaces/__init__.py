"""The namespaces of the account."""
