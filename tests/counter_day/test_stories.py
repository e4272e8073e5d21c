"""The stories in `stories/`, one test each, and those in `planted/`, which have to fail."""

from pathlib import Path

from pytest_bdd import scenarios

STORIES = Path(__file__).parent / "stories"
PLANTED = Path(__file__).parent / "planted"
AT_LEAST = 60

scenarios(str(STORIES), str(PLANTED))


def test_there_are_sixty_stories_and_each_looks_at_what_came_of_it() -> None:
    told = "\n".join(file.read_text(encoding="utf-8") for file in sorted(STORIES.glob("*.feature")))
    stories = told.split("Scenario:")[1:]
    assert len(stories) >= AT_LEAST
    assert [story for story in stories if "Then " not in story] == []


def test_every_story_that_is_not_true_is_expected_to_fail() -> None:
    told = "\n".join(file.read_text(encoding="utf-8") for file in PLANTED.glob("*.feature"))
    assert told.count("@not_true\n  Scenario:") == told.count("Scenario:") > 0
