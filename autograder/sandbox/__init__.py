"""Keeps submissions apart from the grader, on Linux.

In the order in which things happen: ``filesystem`` says what the sandbox's files are; ``host``
starts a ``zygote`` among them, with bubblewrap; the zygote forks a child for each piece of work,
which takes its own rights away (``confine``, with ``landlock`` and ``seccomp``, all on top of
``kernel``) before it reads anything of a submission; ``probe`` tries, from such a child, what a
submission must not be able to do. All but ``filesystem`` and ``host`` runs inside the sandbox.
"""
