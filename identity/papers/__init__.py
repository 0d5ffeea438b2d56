"""Papers that residents take along."""
