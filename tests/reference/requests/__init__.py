"""Requests to compare two readings of the rules on: drawn at random, and on a grid around every threshold.

Every request is well formed: it breaks no rule of the outer form, so neither reading may refuse it. Only
`faulty_requests` are refused, each for one field.

The shares of random requests, of all or of those that can have it (a test holds within a third what can be
told from a request):

    each benefit                                20 %    complete                                   65 %
    a pack without a gap                        70 %    a bill on an edge or a fen beside it       55 %
    a transfer, of admissions                   35 %    a case, of pooled care                     13 %
    a disease, of special outpatient visits     60 %    one with a table of its own, of those      33 %
    a local disease, of chronic visits          22 %    a second or later disease, of those        33 %
    care elsewhere                              17 %    a part that the hospital bears             20 %
    something carried over, of packs            35 %    assistance by bands, of packs              35 %
    a basic result from elsewhere, of pooled    15 %    another year beside it, of pooled          28 %

The grid goes over each axis in full; a part of it takes as many points of each grid as of the others.
"""

from tests.reference.requests.drawing import BENEFITS, LEVELS, POOLED, POPULATIONS, Pack, Request
from tests.reference.requests.faulty import faulty_requests
from tests.reference.requests.grid import boundary_requests
from tests.reference.requests.packs import random_pack
from tests.reference.requests.visits import random_request

__all__ = [
    "BENEFITS",
    "LEVELS",
    "POOLED",
    "POPULATIONS",
    "Pack",
    "Request",
    "boundary_requests",
    "faulty_requests",
    "random_pack",
    "random_request",
]
