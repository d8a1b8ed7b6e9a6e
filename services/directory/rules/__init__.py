"""Pure functions of the directory: words, understanding of questions, ranking, opening hours, areas."""
