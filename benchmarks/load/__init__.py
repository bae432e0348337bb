"""How much loading a search costs, by how much the warehouse already holds."""
