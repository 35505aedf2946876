"""Makes a PDF and signs it, once for each line of standard input, with pyHanko:

    OUT IN KEY CERTIFICATE CHAIN SUBFILTER HASH

IN is a PDF to be signed once more, or - for a new one."""

import sys
from io import BytesIO

from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter


def plain() -> bytes:
    writer = PdfFileWriter()
    content = writer.add_object(StreamObject(stream_data=b"BT 50 50 Td (hello) Tj ET"))
    writer.insert_page(PageObject(contents=content, media_box=(0, 0, 200, 200)))
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


for number, line in enumerate(sys.stdin):
    out, given, key, certificate, chain, subfilter, digest = line.split()
    before = plain() if given == "-" else open(given, "rb").read()
    signer = signers.SimpleSigner.load(key, certificate, ca_chain_files=(chain,))
    meta = signers.PdfSignatureMetadata(
        field_name=f"Signature{number}", md_algorithm=digest, subfilter=SigSeedSubFilter(subfilter)
    )
    with open(out, "wb") as file:
        signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(before)), meta, signer=signer, output=file)
