"""Labs: notebooks that are run in a worker cell by cell, and marked outside of it."""
