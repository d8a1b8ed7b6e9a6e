"""How well the search finds what was meant: graded questions, scored beside plain full text and a BM25 index."""
