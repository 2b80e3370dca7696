"""Benchmarks that anybody can run; each module is a command, ``python -m benchmarks.<name> --help``."""
