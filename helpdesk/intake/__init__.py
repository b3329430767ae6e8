"""Mail in: reading what arrived, deciding what it is, acting on it exactly once."""
