"""What stands before every route: hosts, limits, headers, the log line."""
