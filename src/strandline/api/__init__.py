"""JSON for machines, at `/api/v1`: it asks and acts in the name of an account, and decides nothing.

`application` gathers the routes, one module a resource; `gate` lets a request in (token, scope, budget, parameters,
body); `answers` gives what it gets; `problems` says what went wrong (RFC 9457); `openapi` describes it all.
"""
