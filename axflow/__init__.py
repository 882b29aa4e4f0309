"""axflow: a workflow engine whose decisions are data, journaled, explained and checkable offline."""

__version__ = "0.1.0"
