"""Sources from the web: fetched politely, kept as received, and only when somebody asks (`regesta fetch`)."""
