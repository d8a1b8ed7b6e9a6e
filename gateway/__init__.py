"""The door: browser sessions, the JSON API; passes tokens on and decides nothing of the domain."""
