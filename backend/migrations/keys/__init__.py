"""Schema changes of the subject-key store, which is a database of its own (backend/foundation/subject_keys.py)."""
