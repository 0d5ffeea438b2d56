"""The platform's own settings, and the fifteen tables as one more product."""

from consortium.settings import *  # noqa: F403
from consortium.settings import INSTALLED_APPS as OUR_APPS

INSTALLED_APPS = [*OUR_APPS, "benchmarks.ours"]
