from rest_framework.pagination import CursorPagination as Base


class CursorPagination(Base):
    """Stable under inserts; `page_size` up to 200. Identifiers are time-ordered."""

    ordering = "-id"
    page_size_query_param = "page_size"
    max_page_size = 200
