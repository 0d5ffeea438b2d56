"""Examinations for operators: what is wrong with this installation, and what to do about it."""

from .database import DATABASE
from .finding import Examination, Finding, Grade, examine
from .surroundings import SURROUNDINGS
from .web import WEB

__all__ = ["EXAMINATIONS", "Examination", "Finding", "Grade", "examine"]
EXAMINATIONS: tuple[Examination, ...] = (*WEB, *DATABASE, *SURROUNDINGS)
