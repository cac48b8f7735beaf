"""Grading on the workers of a dask.distributed scheduler.

This machine reads submissions and writes results (``spread``). A worker has the course in a folder
of its own (``course``, ``worker``) and grades in processes that it starts (``process``, ``child``),
each with its own sandbox; nothing of a submission runs in the worker itself.
"""
