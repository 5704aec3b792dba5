"""Finding records by words."""

from .index import (
    Near,
    Said,
    asking,
    begin_words,
    drop_words,
    few_ids,
    fits,
    fits_among,
    fitting_ids,
    make_search,
    near_of,
    put_words,
    question,
    rare_question,
)
from .words import asked_words, words_of

__all__ = [
    "Near", "Said", "asked_words", "asking", "begin_words", "drop_words", "few_ids", "fits", "fits_among", "fitting_ids", "make_search",
    "near_of", "put_words", "question", "rare_question", "words_of",
]  # fmt: skip
