"""Schema changes, one file each: `NNNN_verb_name.py` with a docstring that says why, FORWARD and BACKWARD statements.

The statements run on both databases as they are (column types TEXT, BIGINT, BYTEA); docs/decisions/0004-migrations.md.
"""
