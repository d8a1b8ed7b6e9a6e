"""Sessions kept on the server: the browser holds an opaque id, the database its hash and encrypted tokens."""
