"""One key for each item, wrapped for each agency that may read it; the root key wraps the agencies' keysets."""
