"""Who is at the door: the OIDC login of staff, sessions, and proof that a write came from our own pages."""
