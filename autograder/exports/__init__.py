"""Marks in the formats of other programs: each format is one module, and reads results one by one.

``people`` decides which results count for whom, and ``roster`` finds people in a table that a
learning platform gave. What platforms take in (``canvas``, ``moodle``, ``nbgrader``) has a row for
each person, ``gradescope`` what students may see of each submission. ``junit`` and ``jsonl`` have
every check, hidden ones too, and are for instructors.
"""

from __future__ import annotations

from .people import LeftOut

__all__ = ["FOLDER", "LeftOut"]

FOLDER = "exports"
"""Where exports are written, in the folder of results, unless another place is named."""
