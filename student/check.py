"""Check your work: ``python check.py`` for everything, ``python check.py estep`` for one question.

Runs the public checks on the files of this folder and says what is right, what is not, and why.
``python check.py --help`` tells of the rest: checking at every save, hints, pictures.
"""

# What stands here is also understood by versions of Python that are too old for the rest.
import os
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
UNPACK = (
    "Unpack the handout again, whole.\n"
    "A zip file that is only opened is not unpacked. Copy your own files into the new folder."
)
INSTALL = (
    "Activate the environment of this assignment (see README.md), or install what is missing:\n"
    "    %s -m pip install -r requirements.txt"
)

if sys.version_info < (3, 11):
    sys.exit(
        "This needs Python 3.11 or newer, and this is %s.\n"
        "Install a newer Python, make a new environment with it (see README.md), and try again."
        % sys.version.split()[0]
    )

# This folder stands last on the path, so that a file of yours named like a module of Python
# (random.py, token.py, numpy.py ...) cannot take that module's place.
sys.path[:] = [entry for entry in sys.path if entry not in ("", HERE)] + [HERE]


def main():
    """Run the checker, and say what to do when it cannot be run."""
    for folder in ("checker", "checks"):
        if not os.path.isdir(os.path.join(HERE, folder)):
            sys.exit("%s lacks the folder '%s'. %s" % (HERE, folder, UNPACK))
    try:
        from pathlib import Path

        from checker.console import main

        return main(Path(HERE))
    except KeyboardInterrupt:  # while libraries were being loaded
        print("Stopped.")
        return 130
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "checker":
            sys.exit("%s lacks a part of the folder 'checker'. %s" % (HERE, UNPACK))
        sys.exit(
            "The package %r is not installed for %s.\n" % (error.name, sys.executable)
            + INSTALL % sys.executable
        )
    except ImportError as error:  # installed, but for another Python or another processor
        sys.exit(
            "A package cannot be loaded by %s: %s\n" % (sys.executable, error)
            + "Make a new environment for this assignment (see README.md), and try again."
        )


if __name__ == "__main__":
    sys.exit(main())
