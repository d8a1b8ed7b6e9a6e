"""Agencies write their own entries: what they may write, whether it can stand, and how it becomes visible at once."""
