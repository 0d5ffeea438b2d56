from rest_framework.authentication import SessionAuthentication as Base
from rest_framework.request import Request


class SessionAuthentication(Base):
    """Who is not signed in gets 401; without this header Django REST framework would answer 403."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"
