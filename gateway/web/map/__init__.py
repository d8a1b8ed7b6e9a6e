"""Drawn maps: outlines of districts and Länder, and where hits lie. No tiles, nothing from third parties."""
