"""Benchmarks beside baselines measured in the same run: `python -m tests.benchmarks` writes docs/benchmarks.md
and docs/benchmarks-databases.md."""
