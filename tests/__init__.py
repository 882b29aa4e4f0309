"""The tests mirror the tree of axflow; tests/benchmarks runs apart, by `python -m tests.benchmarks`."""
