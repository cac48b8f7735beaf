"""Prints and raises what would colour, clear and retitle a terminal, or reorder its text."""


def estep(X, weights, means, covariances):
    text = "\x1b[2J\x1b[31mred\x1b]0;title\x07\x9b31m\x1bP1;2q\x1b\\\r\x08\x00\u202edesrever\u2066"
    print(text, "\x1b\x1b[1m[1m", "\u2028next\u2029line\x85end")
    raise ValueError(text)
