"""The grants of the token endpoint, one module each; what they issue is written by identity.actions.tokens.

Authlib hands its request and client over as what they may be at any time, None included, hence `Any`: here
a client is a clients.Client and request.user a models.Authorization (a subject.Subject while authorizing).
"""
