"""The API for third-party services, on the identity surface: with tokens of the OpenID Provider."""
