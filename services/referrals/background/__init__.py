"""What referrals does without being asked; led by one replica, safe to repeat."""
