"""The shop: Marlowick, a general store."""
