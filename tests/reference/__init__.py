"""An independent second reading of the rules, to hold the program against.

`settlement` works out one request slowly and plainly, in exact fractions of a yuan, straight from the written
rules and without a line of the program's own code. `requests` draws requests to compare on: at random over
everything that a request may say, and on a fixed grid around every threshold. Where the two disagree with the
program, one of them has misread a document.
"""
