"""A release: written, described, given its version, and verified.

`publish` is the way in. `verify` checks a release on disk with nothing but the standard library and pyarrow; its file
is shipped in every release as `verify.py`.
"""
