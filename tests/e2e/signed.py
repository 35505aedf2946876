"""A PDF that somebody signed, with a certificate that no office knows."""

from datetime import datetime, timedelta, timezone
from io import BytesIO

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter

DAY = timedelta(days=1)


def signed_pdf(name: str) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(timezone.utc)
    made = x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number())
    made = made.not_valid_before(now - DAY).not_valid_after(now + 365 * DAY).sign(key, hashes.SHA256())
    nothing = serialization.NoEncryption()
    kept = pkcs12.serialize_key_and_certificates(b"own", key, made, None, nothing)
    signer = signers.SimpleSigner.load_pkcs12_data(kept, other_certs=[])
    writer = PdfFileWriter()
    content = writer.add_object(StreamObject(stream_data=b"BT 50 50 Td ET"))
    writer.insert_page(PageObject(contents=content, media_box=(0, 0, 200, 200)))
    before, after = BytesIO(), BytesIO()
    writer.write(before)
    meta = signers.PdfSignatureMetadata(field_name="Signature", subfilter=SigSeedSubFilter.PADES)
    signers.sign_pdf(IncrementalPdfFileWriter(before), meta, signer=signer, output=after)
    return after.getvalue()
