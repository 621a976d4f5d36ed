"""Two-person review: nothing is published before another person has judged it and checked it for secrets."""
