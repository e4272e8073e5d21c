"""An independent second reading of the rules, to hold the program against.

`settlement` works out one request slowly and plainly, in exact fractions of a yuan, straight from the written
rules and without a line of the program's own code; `refusals` says what is refused before that. `requests`
draws requests to compare on: at random over everything that a request and a pack may say, and on a fixed grid
around every threshold. Where the two disagree with the program, one of them has misread a document.

    amounts  bands  totals  bill  layers      numbers, bands, the request read, what a layer answers
    inpatient  special  outpatient            one benefit each; `basic` chooses
    case_payment  carry_over                  the tables that a region fills in
    critical  critical_terms  enrolment       critical illness
    assistance  settlement                    the third layer, and the answer
    forms  pack_form  refusals                what is refused, by its field
    compare                                   `python -m tests.reference.compare`: the program beside it
"""
