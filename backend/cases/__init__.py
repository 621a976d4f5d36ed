"""The cases room: every matter is a case, and a case is its events."""
