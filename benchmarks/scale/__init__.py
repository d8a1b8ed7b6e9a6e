"""The search on a directory as large as a continent's; the README of the benchmarks says how it is made."""
