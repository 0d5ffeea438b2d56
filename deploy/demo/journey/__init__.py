"""The demo's story, played over HTTP as persons play it in their browsers; a module per chapter."""

from deploy.demo.state import Step

from . import founding

STEPS: list[Step] = [*founding.STEPS]
