"""A settlement redone from its printed lines alone, as a clerk does it with a desk calculator.

`lines` reads a printed line by the sentences of the catalogue, in any language; `redo` works every line out
again from the lines before it and from the bill, and `stays` and `outpatient` are the two halves of that.
None of it knows a rule, a region's pack, a document or a total of the year: what a line stands on has to be
printed.
"""
