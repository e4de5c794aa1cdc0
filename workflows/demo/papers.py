"""Small real files for the demo's evidence: a picture and a page, made here, so that no scan of anybody is shipped."""

import struct
import zlib
from random import Random


def picture(chance: Random, width: int = 240, height: int = 160) -> bytes:
    """A PNG that looks like a stamped slip: light paper, grey lines, a red round."""
    paper, ink, red = (246, 244, 238), (120, 120, 126), (196, 46, 42)
    middle, radius = (width * 3 // 4, height * 2 // 3), height // 5
    widths = [chance.randint(width // 3, width - 30) for _ in range(height // 16 + 1)]
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            far = (x - middle[0]) ** 2 + (y - middle[1]) ** 2
            on_ring = (radius - 3) ** 2 <= far <= radius**2
            on_line = y % 16 in (7, 8) and 14 <= x < widths[y // 16]
            rows += bytes(red if on_ring else ink if on_line else paper)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(bytes(rows), 9)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def page(words: str) -> bytes:
    """A PDF of one page with a line of ASCII text."""
    text = f"BT /F1 14 Tf 60 760 Td ({words}) Tj ET".encode("ascii")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
    )
    written, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    end = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(written))
    return written + b"xref\n0 %d\n0000000000 65535 f \n" % count + table + end


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
