"""The steps of the main job in the order of the day, each with what it must bring about."""
