"""Who reads a public page: anybody. No session is looked at, and nothing of the page is made for one person."""

from typing import Annotated

from fastapi import Depends, Request

from gateway.web.language import language
from gateway.web.rendering import Reader


async def anybody(request: Request) -> Reader:
    """A reader without a name; calls within the request bear no token, so the directory answers what is public."""
    return Reader(language(request), at=request.url.path)


AnybodyOf = Annotated[Reader, Depends(anybody)]
