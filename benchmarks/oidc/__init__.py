"""What the OpenID Provider costs: CPU per request of server and PostgreSQL, statements, times, memory."""
