"""Drafts: the server's copy of what a resident is filling in, where several devices meet (docs/formats.md, Draft)."""
