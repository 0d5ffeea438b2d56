from .mail import Mail, MailState
from .notice import Announcement, Notice, Preferences, Rhythm, Watch

__all__ = ["Announcement", "Mail", "MailState", "Notice", "Preferences", "Rhythm", "Watch"]
