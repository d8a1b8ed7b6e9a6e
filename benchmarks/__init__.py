"""The figures: what Lotsennetz costs beside the bare stack, both measured in one run."""
