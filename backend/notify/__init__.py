"""News of one's cases: the inbox always, web push where the phone can be reached. Words are made on the phone."""
