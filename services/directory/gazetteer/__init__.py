"""Postcodes, towns and districts of Germany, derived from GeoNames (CC BY 4.0)."""
