"""Makes Keycloak what Lotsennetz needs: realm, clients, mappers, roles, one Keycloak organization for each agency."""
