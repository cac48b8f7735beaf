"""All limits of the intake; what goes beyond one is left out or refused, and a note says so."""

from __future__ import annotations

MAX_FILES = 200
"""Python files of a submission."""

MAX_FILE_BYTES = 1 << 20
"""One Python file."""

MAX_PAPER_BYTES = 24 << 20
"""A notebook, which holds its pictures, or a report."""

MAX_TOTAL_BYTES = 8 << 20
"""All Python files of a submission."""

MAX_ENTRIES = 20_000
"""Files of any kind whose names are looked at in a submission."""

MAX_FOLDERS_DEEP = 32
"""Folders inside each other in a submission on disk."""

MAX_NESTING = 2
"""Archives inside each other: in what was handed in, an archive in an archive is the deepest."""

MAX_ARCHIVES = 16
"""Archives that are opened inside a submission."""

MAX_UNPACKED_BYTES = 256 << 20
"""What the archives of a submission may unpack to, all together."""

MAX_INDEX_BYTES = 8 << 20
"""A zip archive's list of its members, which is read whole."""

MAX_MEMBERS = 100_000
"""Members of a tar archive, which has no list of them."""

EXPORT_UNPACKED_BYTES = 8 << 30
EXPORT_INDEX_BYTES = 64 << 20
EXPORT_MEMBERS = 2_000_000
"""The same three for the one archive that holds all submissions."""

MAX_IN_MEMORY = 4 << 20
"""An archive inside another one; a larger one is kept in a temporary file while it is read."""

MAX_XZ_MEMORY = 128 << 20
"""Memory for unpacking xz; its strongest setting needs half of this."""

MAX_HEADER_BYTES = 128 << 10
"""What a tar archive may say of one member: long names, extended headers."""

MAX_METADATA_BYTES = 64 << 20
"""The file in which an export says who handed in what."""
