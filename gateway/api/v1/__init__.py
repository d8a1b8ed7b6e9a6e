"""Version 1: every step of the main job, by session or by bearer token; staff and clients on hosts of their own."""
