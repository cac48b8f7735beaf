"""What is right, as far as pictures show it: drawn beside what a submission answers.

Numbers that can be told apart in a picture, and no more: they are no answers to compare with.
"""

import numpy as np

MINUTES = ("duration of the eruption (min)", "waiting time to the next (min)")

# For each eruption of Old Faithful the responsibility of the first component of FAITHFUL, in
# ninths.
_NINTHS = (
    "6979292693943929929399783694533374599292392937692922929259239392933293492492924633494242949"
    "3929325929392492925292392929394393592939393939295392239293924926425959495729293992733394392"
    "359349392924437392934929359292957393939393434352494939934939292593939363455393229399239393"
)
# Log-likelihood of the start, and after each of twelve pairs of steps.
TRACE = [
    *(-961.79, -845.48, -836.08, -831.49, -826.23, -817.44, -804.58),
    *(-794.18, -786.63, -784.92, -784.91, -784.91, -784.91),
]
PETALS = [0.33311, 0.66689], [1.46175, 4.90498], [0.029467, 0.677687]
AIC = [599.17, 411.16, 416.30, 421.96, 425.16, 431.19, 437.40, 443.24, 449.18, 455.39]
TWO_KINDS = (
    [0.357, 0.641],
    [[2.05, 54.69], [4.29, 79.95]],
    [[[0.105, 0.846], [0.846, 37.985]], [[0.176, 1.014], [1.014, 36.799]]],
)


def responsibilities():
    """Return responsibilities of the components of FAITHFUL for Old Faithful, (272, 2)."""
    first = np.array([int(digit) for digit in _NINTHS]) / 9
    return np.column_stack([first, 1 - first])


def headed(figure, words):
    """Return the figure with other words above its last picture."""
    figure.axes[-1].set_title(words, fontsize=11)
    return figure
