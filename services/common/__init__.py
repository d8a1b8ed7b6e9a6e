"""The kit of the services; knows no word of the domain."""
