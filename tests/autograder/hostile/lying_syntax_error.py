"""Raises a SyntaxError whose file name cannot be hashed and whose line is not a number."""


class Name(str):
    __hash__ = None


def estep(X, weights, means, covariances):
    error = SyntaxError("invalid syntax")
    error.filename, error.lineno, error.text = Name("estep.py"), object(), object()
    raise error
