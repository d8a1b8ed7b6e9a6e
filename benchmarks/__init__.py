"""The figures: what Lotsennetz costs beside the bare stack, both measured in one run."""

import deploy  # noqa: F401 - before gRPC is read: it says that processes are started while gRPC is in use
