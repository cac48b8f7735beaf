"""Build, check and grade programming assignments whose answers are numbers and arrays."""

__version__ = "0.1.0"
