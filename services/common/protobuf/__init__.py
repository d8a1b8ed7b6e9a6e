"""Between protobuf and Python: enum words, times, what may be logged."""
