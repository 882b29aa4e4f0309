"""Sealing: canonical bytes, commitments, the chain of a project, the log over all of them, and proofs."""
