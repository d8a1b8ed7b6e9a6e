"""Which searches tell of an unmet need, so that the report of what is missing counts people and no repetitions."""

import json
import re

from fastapi import Request

from gateway.api.v1.staff.search import Search
from gateway.http.limits import Attempts
from gateway.web.question import stored

_ROBOTS = re.compile(r"bot|crawl|spider|slurp|preview|monitor|curl|wget|python|http-?client|headless", re.IGNORECASE)


def counted_once(asked: Search, session: str, request: Request, before: Attempts) -> Search:
    """The question, marked as not to be counted when a robot asks it, or the session asked it within the hour.

    So a reload and the way back count nothing. What is remembered is a salted hash in memory; neither the question nor
    who asked can be read from it.
    """
    agent = request.headers.get("User-Agent", "")
    is_robot = not agent or _ROBOTS.search(agent) is not None
    question = json.dumps(stored(asked.model_copy(update={"page_token": ""})), sort_keys=True)
    if not is_robot and before.allow(f"{session} {question}"):
        return asked
    return asked.model_copy(update={"while_typing": True})
