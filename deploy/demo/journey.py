"""The main job, played over HTTP as its users would, from the search to the proof that it was withdrawn."""

import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

import httpx

from deploy.demo.acts import handing_over, taking_back
from deploy.demo.cast import Cast
from deploy.demo.stage import Stage
from deploy.demo.story import JourneyFailed, Step, Story
from deploy.keycloak.plan import Plan
from deploy.local.failures import RunnerError
from deploy.local.lifecycle import PEOPLE
from services.common.errors import LotseError

__all__ = ["ACTS", "JourneyFailed", "JourneyResult", "Step", "play"]

ACTS = (*handing_over.ACTS, *taking_back.ACTS)


@dataclass(frozen=True, slots=True)
class JourneyResult:
    """All steps did what they must; the story holds what came of each."""

    steps: tuple[Step, ...]
    story: Story


async def play(stage: Stage, say: Callable[[Step], None]) -> JourneyResult:
    """Play all acts with a new case, saying each step; raises JourneyFailed at the first that does not do what it must.

    Needs everything up and provisioned. Can be played on the same state again and again.
    """
    steps: list[Step] = []
    async with AsyncExitStack() as stack:
        story = Story(stage, Cast.of(Plan.read(PEOPLE)), stack)
        for number, act in enumerate(ACTS, 1):
            started = time.perf_counter()
            try:
                result = await act.play(story)
            except (RunnerError, LotseError, httpx.HTTPError, KeyError, OSError) as error:
                raise JourneyFailed(f"Step {number} failed: {act.who(story)} {act.what}: {_said(error)}") from error
            step = Step(number, act.who(story), act.what, result, (time.perf_counter() - started) * 1000)
            steps.append(step)
            say(step)
    return JourneyResult(tuple(steps), story)


def _said(error: Exception) -> str:
    if isinstance(error, RunnerError):
        return str(error)
    if isinstance(error, LotseError):
        return f"refused with {error.reason}"
    return f"{type(error).__name__} {error}" if isinstance(error, KeyError) else type(error).__name__
