"""Keeps submissions apart from the grader on Linux.

In the order in which things happen: ``layout`` says what the sandbox's file system holds;
``host`` starts a ``zygote`` in it, with bubblewrap; the zygote forks a child for each piece of
work, which takes its own rights away (``confine``, ``landlock``, ``seccomp``, all on top of
``kernel``) before it reads anything of a submission; ``probe`` tries, from such a child, what a
submission must not be able to do. All but ``layout`` and ``host`` runs inside the sandbox.
"""


class IsolationError(Exception):
    """The sandbox could not be set up, or does not hold; the message says what to do next."""
