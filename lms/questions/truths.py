"""True and false as people write them."""

from lms.vietnamese.text import fold_words

_TRUE = {"d", "dung", "true", "t", "yes", "y"}
_FALSE = {"s", "sai", "false", "f", "no", "n", "khong", "khong dung"}


def read_truth(text: str) -> bool | None:
    """Whether a word means true (Đ, Đúng, True) or false (S, Sai, False); None for neither."""
    word = fold_words(text)
    return True if word in _TRUE else False if word in _FALSE else None
