"""Check your work: ``python check.py`` for everything, ``python check.py estep`` for one question.

Runs the public checks on the files of this folder and says what is right, what is not, and why.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

if sys.version_info < (3, 11):
    sys.exit(
        f"This needs Python 3.11 or newer, and this is {sys.version.split()[0]}.\n"
        "Install a newer Python, make a new environment with it (see README.md), and try again."
    )

# This folder stands last on the path, so that a file of yours named like a module of Python
# (random.py, token.py, numpy.py …) cannot take that module's place.
sys.path[:] = [entry for entry in sys.path if entry not in ("", str(HERE))] + [str(HERE)]

try:
    from checker.console import main
except ModuleNotFoundError as error:
    if error.name and error.name.partition(".")[0] == "checker":
        sys.exit(f"{HERE} lacks the folder 'checker'. Unpack the handout again, whole.")
    sys.exit(
        f"The package {error.name!r} is not installed for {sys.executable}.\n"
        "Activate the environment of this assignment (see README.md), or install what is missing:\n"
        f"    {sys.executable} -m pip install -r requirements.txt"
    )

if __name__ == "__main__":
    sys.exit(main(HERE))
