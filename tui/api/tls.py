"""Whom requests trust: the TLS context. No httpx."""

from __future__ import annotations

import os
import ssl

from tui.errors import UsageError


def tls_context() -> ssl.SSLContext:
    """Trust of the system and of certifi; SSL_CERT_FILE or SSL_CERT_DIR, where set, instead of both.

    Takes some 30 ms of reading and parsing: not for the event loop. Raises UsageError for an unusable SSL_CERT_FILE
    or SSLKEYLOGFILE.
    """
    file, folder = os.environ.get("SSL_CERT_FILE") or None, os.environ.get("SSL_CERT_DIR") or None
    try:
        context = ssl.create_default_context(cafile=file, capath=folder)
    except OSError as error:
        keys = os.environ.get("SSLKEYLOGFILE")
        if keys and error.filename is not None and os.fspath(error.filename) == keys:
            raise UsageError(
                "The file for TLS keys cannot be written",
                f"SSLKEYLOGFILE={keys}: {error.strerror}. Nothing was sent.",
                "Create its folder, or unset the variable: it is for debugging only.",
            ) from None
        raise UsageError(
            "Certificates cannot be read",
            f"SSL_CERT_FILE={file or ''} SSL_CERT_DIR={folder or ''}: {error.strerror or 'not certificates'}.",
            "Correct or unset the variable.",
        ) from None
    if not file and not folder:
        import certifi  # a slim container has no system store

        context.load_verify_locations(certifi.where())
    return context
