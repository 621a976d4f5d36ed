"""The channels room: the one published guide for counters, web sites and other systems, signed and in plain HTML."""
