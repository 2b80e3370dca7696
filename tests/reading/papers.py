"""Made-up papers as web page, PDF and Word document, for the tests."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Order of the Board</title>
<script>var hidden = "a secret in a script";</script><style>p { color: red }</style></head>
<body><nav><a href="/">Home</a><a href="/news">News</a></nav>
<article><h1>Order of the Harbour Board</h1><p>3 May 1980</p>
<p>The Board met in Port Ellery on 3 May 1980 and resolved to close the quay until it is mended – “at once”.</p>
<ul><li>The ferry lands at Westhaven.</li><li>The fund for the families is open.</li></ul>
<p onclick="steal()">The Chairman thanked the town for its help after the storm.<script>steal()</script></p>
<table><tr><td>hurt</td><td>twelve persons</td></tr></table>
</article><footer>Contact and imprint</footer></body></html>"""


def pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """A PDF with lines of Latin text on its pages; a page without lines has no text layer."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for lines in pages:
        shown = "".join(f"({line}) Tj 0 -14 Td " for line in lines)
        content = f"BT /F1 11 Tf 72 760 Td {shown}ET".encode("latin-1") if lines else b"0 0 m 9 9 l S"
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        kids.append(len(objects) + 1)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            b"/Contents %d 0 R >>" % len(objects)
        )
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(b"%d 0 R" % k for k in kids), len(kids))
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))


def word() -> bytes:
    """A Word document with headings, a paragraph, and a table with a merged cell."""
    import docx

    document = docx.Document()
    document.add_heading("Order of the Harbour Board", 0)
    document.add_paragraph("3 May 1980")
    document.add_heading("On the quay", 2)
    document.add_paragraph("The quay stays closed – until it is mended.")
    table = document.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "The hurt"
    table.cell(1, 0).text, table.cell(1, 1).text = "persons", "twelve"
    document.add_paragraph("The Chairman")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def replaced(archive: bytes, name: str, data: bytes) -> bytes:
    """An archive with other data in one of its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, data if part == name else old.read(part))
    return out.getvalue()
