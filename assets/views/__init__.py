"""Pages of the register, of custody and of the catalogue."""
