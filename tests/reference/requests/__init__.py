"""Requests to compare two readings of the rules on: drawn at random, and on a grid around every threshold.

Every request is well formed: it breaks no rule of the outer form, so neither reading may refuse it.
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
