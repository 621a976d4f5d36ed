"""The bundles room (一件事): one questionnaire and one form, several cases, one progress view."""
