"""The HSDS API on a directory with the demo and the real agencies of a Träger, read as anybody may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.integration.directory.conftest import Directory
from tests.integration.gateway.world import Browser, World

TABLES = {
    "services": "service",
    "organizations": "organization",
    "service_at_locations": "service_at_location",
    "taxonomies": "taxonomy",
    "taxonomy_terms": "taxonomy_term",
}
MEMBERS = {"total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty", "contents"}


@dataclass
class Published:
    """The API, and the directory behind it."""

    world: World
    directory: Directory

    def reader(self, sender: str = "192.0.2.7") -> Browser:
        return self.world.staff(sender=sender)

    async def get(self, path: str, **parameters: Any) -> Any:
        answer = await self.reader().get(f"/hsds{path}", params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def all(self, path: str, **parameters: Any) -> list[Any]:
        """Everything, page by page, with the claims of each page checked."""
        found: list[Any] = []
        number = 1
        while True:
            page = await self.get(path, page=number, **({"per_page": 100} | parameters))
            assert set(page) == MEMBERS
            found += page["contents"]
            assert (page["page_number"], page["size"]) == (number, len(page["contents"]))
            assert page["first_page"] is (number == 1)
            assert page["last_page"] is (number == page["total_pages"])
            assert page["empty"] is (not page["contents"])
            if page["last_page"]:
                break
            number += 1
        assert page["total_items"] == len(found) == len({record["id"] for record in found})
        return found
