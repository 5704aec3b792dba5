"""Finding records by words."""

from .index import (
    Said,
    asked_of,
    asking,
    begin_words,
    drop_words,
    few_ids,
    fits,
    fitting_ids,
    make_search,
    put_words,
    question,
    rare_question,
)
from .usual import Asked
from .words import asked_words, words_of

__all__ = [
    "Asked", "Said", "asked_of", "asked_words", "asking", "begin_words", "drop_words", "few_ids", "fits", "fitting_ids", "make_search",
    "put_words", "question", "rare_question", "words_of",
]  # fmt: skip
