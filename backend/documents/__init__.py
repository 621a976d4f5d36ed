"""The documents of a case: each made from its event, as a page and as PDF, and the archive package of a closed case."""
