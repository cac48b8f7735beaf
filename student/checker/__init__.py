"""The part of the grader that students have too: it runs checks and explains what it finds.

This folder is copied verbatim into the handout. It needs NumPy, pytest and Rich and nothing of
the rest of the grader, and imports are relative so that it works under either package name.
"""
