"""The coverage table as a file, with the figures that it holds."""

from domain.training.covering import Coverage
from views.home import course_name, nav
from views.screen import File, Screen, clipped
from views.texts import Texts, blocks, lines


def coverage(t: Texts, found: Coverage, xlsx: bytes) -> Screen:
    """The table of the reader's own part, and how many were at each course."""
    courses = (
        t(
            "training.coverage_course",
            course=course_name(t, course.code, clipped(course.title, 40)),
            count=found.covered(course.code),
            total=len(found.rows),
        )
        for course in found.courses
    )
    file = File(t.plain("training.coverage_file"), xlsx)
    return Screen(blocks(t("training.coverage", count=len(found.rows)), lines(*courses)), (nav(t),), file=file)
