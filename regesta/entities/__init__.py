"""Names under authority control: authority files, the matcher, patterns, and candidates that no file knows yet."""
