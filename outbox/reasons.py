"""Why an email did not arrive, in plain words, from what a mail server said (RFC 3463, RFC 5248)."""

from __future__ import annotations

import re

# By an enhanced status code without its class; unlisted codes go by their first figure.
REASONS = {
    "1.0": "no such address",
    "1.1": "no such address",
    "1.2": "the domain of the address does not exist",
    "1.3": "the address is not written rightly",
    "1.6": "the mailbox has moved and its new address is not known",
    "1.10": "the domain of the address takes no email",
    "2.0": "the mailbox cannot be used",
    "2.1": "the mailbox is closed",
    "2.2": "the mailbox is full",
    "2.3": "the email is too large for the mailbox",
    "3.4": "the email is too large",
    "4.1": "the mail server of the address did not answer",
    "4.4": "no mail server is known for the address",
    "4.7": "it could not be delivered in time",
    "7.1": "the mail server of the address refuses our email",
}
BY_SUBJECT = {
    "1": "something is wrong with the address",
    "2": "something is wrong with the mailbox",
    "3": "the mail server of the address could not take it",
    "4": "it could not be brought to the mail server of the address",
    "7": "the mail server of the address refuses our email",
}
# Basic codes of servers that give no enhanced one.
BASIC = {"550": "1.1", "551": "1.6", "552": "2.2", "553": "1.3"}
ENHANCED = re.compile(r"\b[245]\.([0-9]{1,3})\.([0-9]{1,3})\b")
CODE = re.compile(r"\b(5[0-9]{2})\b")


def reason_of(words: str) -> str:
    """The reason in a few words that follow "Came back:"; general words if the server's code is unknown."""
    enhanced = ENHANCED.search(words)
    if enhanced:
        subject, detail = (str(int(part)) for part in enhanced.groups())
        return REASONS.get(f"{subject}.{detail}") or BY_SUBJECT.get(subject) or "it could not be delivered"
    code = CODE.search(words)
    known = BASIC.get(code[1]) if code else None
    return REASONS[known] if known else "it could not be delivered"
