"""The demo's story, played over HTTP as persons play it in their browsers; a module per chapter."""

from deploy.demo.state import Step

from . import founding, planning, reporting, residents, sectors, servicing, staffing

STEPS: list[Step] = [
    *founding.STEPS,
    *staffing.STEPS,
    *planning.STEPS,
    *servicing.STEPS,
    *residents.STEPS,
    *sectors.STEPS,
    *reporting.STEPS,
]
