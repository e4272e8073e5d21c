"""Documents and region packs as strict models, the shelf that holds them, and the choice of figures."""
