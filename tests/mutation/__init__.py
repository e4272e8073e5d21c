"""Mutation testing of the rules: each small fault that is planted has to be noticed by a fast case."""
