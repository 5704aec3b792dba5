"""Signing in: who a session belongs to. What people sign in with are records, who is signed in are rows."""

from .again import SENT, asked_before, asked_for, own_account, own_proof, prove, prove_in_form
from .door import Keeping, keeping, limits, open_door, wrong_password
from .looking import look_as, look_as_oneself
from .passwords import FULL_COST, SHORTEST, PasswordCost, hash_of, matches, weakness
from .people import Account, account_of, email_of, end_second_factor, has_password, set_factor, set_password
from .proving import proven
from .second_factor import Secret, hashed_codes, new_codes, new_seed, picture, secret_of, step_of
from .sessions import begin_session, strengthen

__all__ = [
    "FULL_COST",
    "SENT",
    "SHORTEST",
    "Account",
    "Keeping",
    "PasswordCost",
    "Secret",
    "account_of",
    "asked_before",
    "asked_for",
    "begin_session",
    "email_of",
    "end_second_factor",
    "has_password",
    "hash_of",
    "hashed_codes",
    "keeping",
    "limits",
    "look_as",
    "look_as_oneself",
    "matches",
    "new_codes",
    "new_seed",
    "open_door",
    "own_account",
    "own_proof",
    "picture",
    "prove",
    "prove_in_form",
    "proven",
    "secret_of",
    "set_factor",
    "set_password",
    "step_of",
    "strengthen",
    "weakness",
    "wrong_password",
]  # fmt: skip
