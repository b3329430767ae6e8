"""The demonstration ministry: a small office with a past, made by the product's own actions at earlier instants."""
