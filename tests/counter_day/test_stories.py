"""The stories in `stories/`, one test each."""

from pathlib import Path

from pytest_bdd import scenarios

STORIES = Path(__file__).parent / "stories"
AT_LEAST = 60

scenarios(str(STORIES))


def test_there_are_sixty_stories_and_each_looks_at_what_came_of_it() -> None:
    told = "\n".join(file.read_text(encoding="utf-8") for file in sorted(STORIES.glob("*.feature")))
    stories = told.split("Scenario:")[1:]
    assert len(stories) >= AT_LEAST
    assert [story for story in stories if "Then " not in story] == []
