"""The bad inputs of PROMISES, section 3, that any field or request can be given: G1 to G66, and the S, A and L rows in words."""

from __future__ import annotations

from tests.web.bad_inputs import BAD_DAYS, KEPT, REFUSED

# Nobody may find one of these cut, bent or half kept: it is there as typed, or the field says why not.
TEXTS: dict[str, str] = {
    **{f"day {name}": value for name, value in BAD_DAYS.items()},
    **REFUSED,
    **KEPT,
    "G12": "<svg><math><mtext><style><img onerror=alert(1)>",
    "G17": "Anna\t\r=1+1",
    "G22": "An\ufeffna",
    "G23": "Anna\U000e0041\U000e007f",
    "G24": "Anna\ufe0f",
    "G36": "Zo",
    "G37": "van der Berg",
    "G51": "1,5",
    "G54": "2027-03-28 02:30",
    "G55": "2027-10-31 01:30",
    "G56": "9999-12-31T23:59",
    "G58": "Europe/Kiev+14:00",
    "G63": "anna%0d%0aBcc:all@example.org",
    "G63 itself": "anna\r\nBcc: all@example.org",
    "S1": '"',
    "S2": "*",
    "S3": "a OR",
    "S4": "NEAR(",
    "S5": "n:",
    "S6": "-x",
    "A3": "*",
    "A4": "owner.contacts",
    "A6": "-1",
    "A6 large": "1000000000",
    "Q4": "_connector",
    "Q6": "password__startswith",
    "L4": "🦩" * 80,
    "L12": "//evil.example/",
    "a long name": "n" * 70_000,
    "a code": "0123456789bc",
}
# Bytes that no form can be made of; they come in place of the value.
BYTES: dict[str, bytes] = {"G44": b"%ED%A0%80", "G45 bytes": b"%C3%28", "G43 bytes": b"An%00na"}
# Values of JSON that are no text.
JSON: dict[str, str] = {
    "G47": str(2**63),
    "G48": "9" * 5000,
    "G49": "NaN",
    "G49 large": "1e999",
    "G50": "-0",
    "a fraction": "1.5",
    "nothing": "null",
    "true": "true",
    "a list": "[]",
    "an object": '{"a": 1}',
    "A9": "[" * 100_000 + "]" * 100_000,
    "A10": '{"a": 1, "a": 2}',
    "G44": '"\\ud800"',
    "G43": '"An\\u0000na"',
}
