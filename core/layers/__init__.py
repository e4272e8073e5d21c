"""The layers that a visit goes through, each the choice of its figures, its rule and the steps made of it."""
