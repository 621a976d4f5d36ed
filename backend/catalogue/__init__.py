"""The catalogue room: what the city offers, and how to get it."""
