"""The only place of the gateway that speaks SQL."""
