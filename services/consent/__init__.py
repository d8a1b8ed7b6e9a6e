"""Consent: may this person, for this purpose, see this category of this case, now? And the proof of each answer."""
