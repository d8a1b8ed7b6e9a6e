"""Lotsennetz in containers: what runs within them, and what starts them and plays the journey on them."""
