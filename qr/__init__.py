"""Signed credentials and QR symbols: bytes in, bytes out. Formats: docs/formats.md.

Knows nothing of backend/ or push/.
"""
