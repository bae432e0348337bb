"""What hashing, checking and copying cost, by how much the warehouse holds."""
