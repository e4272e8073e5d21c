"""The rules, one benefit a file, each written once: on whole numbers at the counter, on columns for a file.

A rule takes the figures chosen for it, which plain Python may ask, and quantities, which only ``+ - * //``,
comparisons and the functions of `core.arithmetic` may touch.
"""
