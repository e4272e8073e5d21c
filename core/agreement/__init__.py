"""Agreement with the insurer: its results read, held against ours to the fen, and figures found from them.

Nothing here works out a settlement. Every question is put to `core.settle`, with one thing changed.
"""
