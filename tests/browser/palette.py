"""A screenshot with at most 256 colours: a third of its size, and no eye tells the difference on a page of text."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Iterator

from playwright.sync_api import Browser

# Colours by how many points have them; the others become the nearest of these.
REDUCE = """async png => {
  const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const canvas = new OffscreenCanvas(picture.width, picture.height), pen = canvas.getContext("2d");
  pen.drawImage(picture, 0, 0);
  const points = new Uint32Array(pen.getImageData(0, 0, picture.width, picture.height).data.buffer), counts = new Map();
  for (const point of points) counts.set(point, (counts.get(point) ?? 0) + 1);
  const often = [...counts].sort((one, other) => other[1] - one[1] || one[0] - other[0]).slice(0, 256).map(([point]) => point);
  const parts = point => [point & 255, point >> 8 & 255, point >> 16 & 255];
  const palette = often.flatMap(parts), place = new Map(often.map((point, n) => [point, n]));
  for (const point of counts.keys()) {
    if (place.has(point)) continue;
    const [r, g, b] = parts(point);
    let best = 0, nearest = Infinity;
    for (let n = 0; n < palette.length; n += 3) {
      const far = (r - palette[n]) ** 2 + (g - palette[n + 1]) ** 2 + (b - palette[n + 2]) ** 2;
      if (far < nearest) [best, nearest] = [n / 3, far];
    }
    place.set(point, best);
  }
  let text = "";
  for (const point of points) text += String.fromCharCode(place.get(point));
  return {width: picture.width, height: picture.height, palette, points: btoa(text)};
}"""


def small(browser: Browser, png: bytes, *, seal: str) -> bytes:
    """The same picture as a PNG with a palette, which carries `seal` as a text of its own."""
    page = browser.new_page()  # not the desk's: its policy lets no script of ours in
    drawn = page.evaluate(REDUCE, base64.b64encode(png).decode())
    page.close()
    width, height, points = drawn["width"], drawn["height"], base64.b64decode(drawn["points"])
    rows = b"".join(b"\0" + points[start : start + width] for start in range(0, width * height, width))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            *_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            *_chunk(b"PLTE", bytes(drawn["palette"])),
            *_chunk(b"tEXt", b"Words\0" + seal.encode()),
            *_chunk(b"IDAT", zlib.compress(rows, 9)),
            *_chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, body: bytes) -> Iterator[bytes]:
    yield struct.pack(">I", len(body))
    yield kind + body
    yield struct.pack(">I", zlib.crc32(kind + body))
