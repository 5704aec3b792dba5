"""Which passwords are refused: those that are tried first."""

from __future__ import annotations

import pytest

from engine.web import weakness

COMMON = """
    password123 P@ssw0rd2026 Passwort!2026 qwertyuiop 1234567890 0987654321 abcdefghij iloveyou123 admin123456 Welcome2026!
    letmein2026 woaini1314520 a123456789 aa123456789 123123123123 abcabcabcabc 1qaz2wsx3edc qwer1234567 Summer2026!! 11112222333
    baseball1234 liverpool2010 michael1987 qwerty7894561230 jordan23jordan Dragon!2345 manchester1 football99! elizabeth12 christopher
    changeme12345 Objectloom2026 5201314520 passwordpassword qazwsxedc123 asdfghjkl123
""".split()
GOOD = [
    "correct horse",
    "four words in a row",
    "Tr0ub4dor&3zebra",
    "我的密码是很长的一句话",
    "kf83-hqpa-22xz",
    "objectloom-demo-9Kq",
    "summer rain on tin roofs",
]


@pytest.mark.parametrize("password", COMMON)
def test_what_everybody_tries_first_is_refused(password: str) -> None:
    assert weakness(password) is not None


def test_a_long_password_costs_no_time_to_judge() -> None:
    assert weakness("".join(f"{number * 7919 % 997:x}z" for number in range(30))) is None
    assert weakness("password" * 16) is not None


@pytest.mark.parametrize("password", GOOD)
def test_what_nobody_tries_first_is_taken(password: str) -> None:
    assert weakness(password) is None
