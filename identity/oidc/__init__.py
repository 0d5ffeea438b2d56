"""The OpenID Provider: Authlib's protocol through its public extension points, our storage and policy."""
