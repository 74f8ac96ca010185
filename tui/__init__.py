"""An operator console for Cloudflare AI Search."""

__version__ = "0.1.0"
