"""The words of problems for readers of English, and of those problems that no room words itself.

Rooms raise problems with Chinese text; a request that prefers English gets the title and sentence of the problem's code
from here. A code that is missing keeps its Chinese text, which is better than none.
"""

from __future__ import annotations

ENGLISH: dict[str, tuple[str, str]] = {
    "bad-request": ("The request is not right", "Part of the request could not be understood. Check it and try again."),
    "invalid-request": ("Something is filled in wrongly", "Check the marked values and try again."),
    "malformed-body": (
        "The request could not be read",
        "The text sent is not valid JSON. Reload the page and try again.",
    ),
    "body-too-large": ("Too large", "What was sent is larger than allowed. Nothing was stored."),
    "cross-origin": ("Refused", "This request was started by another website, so it was refused. Nothing was changed."),
    "rate-limited": ("Too many requests", "Please wait a moment and try again."),
    "not-found": ("Not found", "There is nothing here, or it is not yours to see."),
    "method-not-allowed": ("Not possible here", "This address does not take this kind of request."),
    "unsupported-media-type": ("Wrong format", "Send the request as application/json."),
    "sign-in-required": ("Please sign in", "Sign in first. What you have filled in is still there."),
    "forbidden": ("Not allowed", "Your account may not do this."),
    "stale": ("It has changed", "It changed since you opened it. Look at it as it is now and try again."),
    "conflict": ("Just changed by someone else", "Nothing was stored. Reload and try again."),
    "erased": ("Erased", "This information was erased and cannot be shown any more."),
    "unavailable": ("Busy for a moment", "The service cannot be reached right now. Try again in a few seconds."),
    "unexpected": ("Something went wrong", "It is not your fault. Try again later, or tell 12345 the incident number."),
    "idempotency-key-reused": ("Submission number used twice", "Open the page again and submit once more."),
    "idempotency-key-invalid": ("Submission number missing", "Open the page again and submit once more."),
    "phone-invalid": ("Phone number not right", "Enter the 11 digits of a mobile phone number."),
    "code-wrong": ("Wrong code", "The code is not right. Check the newest message."),
    "code-expired": ("Code expired", "This code can no longer be used. Ask for a new one."),
    "code-too-soon": ("Please wait", "A code was just sent. Wait a moment before asking for another."),
    "code-channel-missing": ("No codes can be sent", "This city has not set up text messages yet. Please call 12345."),
    "id-number-invalid": ("ID number not right", "Check the 18 characters of the ID number."),
    "identity-not-matched": ("Name and number do not match", "Enter name and ID number exactly as on the card."),
    "identity-settled": (
        "Identity already confirmed",
        "This account belongs to another person. Use an account of your own.",
    ),
    "identity-needed": ("Identity needed", "Confirm your identity first, then submit again."),
    "draft-behind": ("Draft has a newer version", "It was changed on another device. Both versions are kept."),
    "precondition-required": ("Version missing", "Say which version you are changing."),
    "form-invalid": ("Something is filled in wrongly", "Check the marked answers and submit again."),
    "files-missing": ("Files not here yet", "Some files have not been uploaded. They are sent again by themselves."),
    "material-missing": ("Documents missing", "Add the listed documents and submit again."),
    "not-allowed-now": ("Not possible now", "The case is at a stage where this cannot be done."),
    "same-person": ("Another person must decide", "Whoever accepted a case does not decide it."),
    "reason-needed": ("Reason needed", "Write down the reason."),
    "link-unknown": ("Unknown link", "This link is not known. Check that it is complete."),
    "link-ended": ("Link ended", "This link has ended or was withdrawn. Ask for a new one."),
}
