"""The commands, by what they are for: ``authoring``, ``grading``, ``reporting``, ``cluster``."""
