"""Links to files: signed, fresh in every payload, and dead once they are old."""

import hashlib
import hmac
import itertools
import secrets
import time

from aiohttp import web

from tests.fakes.discord_wire.state import StoredFile

LIFETIME_S = 24 * 3600


class Cdn:
    """`expire()` kills all links given so far; the files stay, and later payloads carry new links."""

    def __init__(self) -> None:
        self.base_url = ""
        self.files: dict[int, StoredFile] = {}
        self._key = secrets.token_bytes(16)
        self._serial = itertools.count(1)

    def add(self, file: StoredFile) -> StoredFile:
        self.files[file.id] = file
        return file

    def expire(self) -> None:
        self._key = secrets.token_bytes(16)

    def _signature(self, file_id: int, expires: str, issued: str) -> str:
        text = f"{file_id}:{expires}:{issued}".encode()
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()

    def url(self, file: StoredFile, root: str = "cdn") -> str:
        folder = "ephemeral-attachments" if file.ephemeral else "attachments"
        expires = f"{int(time.time()) + LIFETIME_S:x}"
        issued = f"{next(self._serial):x}"
        query = f"ex={expires}&is={issued}&hm={self._signature(file.id, expires, issued)}"
        return f"{self.base_url}/{root}/{folder}/{file.channel_id}/{file.id}/{file.filename}?{query}"

    def by_url(self, url: str) -> StoredFile | None:
        """The file behind one of our own links, whether or not the link is still good."""
        if not url.startswith((f"{self.base_url}/cdn/", f"{self.base_url}/media/")):
            return None
        parts = url.split("?", 1)[0].split("/")
        return self.files.get(int(parts[-2])) if parts[-2].isdigit() else None

    def attachment(self, file: StoredFile) -> dict[str, object]:
        """The file as Discord writes an attachment."""
        payload: dict[str, object] = {
            "id": str(file.id),
            "filename": file.filename,
            "size": len(file.data),
            "content_type": file.content_type,
            "url": self.url(file),
            "proxy_url": self.url(file, "media"),
        }
        if file.width is not None:
            payload |= {"width": file.width, "height": file.height}
        if file.description is not None:
            payload["description"] = file.description
        if file.ephemeral:
            payload["ephemeral"] = True
        return payload

    def media(self, file: StoredFile) -> dict[str, object]:
        """The file as Discord writes it inside a component."""
        return {
            "id": str(file.id),
            "url": self.url(file),
            "proxy_url": self.url(file, "media"),
            "width": file.width,
            "height": file.height,
            "content_type": file.content_type,
            "attachment_id": str(file.id),
        }

    async def serve(self, request: web.Request) -> web.Response:
        file = self.files.get(int(request.match_info["file"]))
        query = request.query
        if file is None or file.gone:
            return web.Response(status=404)
        good = self._signature(file.id, query.get("ex", ""), query.get("is", ""))
        if not hmac.compare_digest(good, query.get("hm", "")):
            return web.Response(status=404, text="This content is no longer available.")
        return web.Response(body=file.data, headers={"Content-Type": file.content_type})
