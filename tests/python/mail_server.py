"""A mail server for the tests: keeps what it takes as files, and fails as the address says.

    mail_server.py PORT FOLDER [--calm] [--smtps NAME | --starttls NAME]

busy@…   451 to the first attempt        never@…  550 always
dies@…   kept, then the process ends without an answer
lost@…   the process ends before anything is kept
With --calm nobody fails. With NAME it speaks TLS, from the first byte or when asked to, with a
certificate for NAME made at each start; its authority stands in FOLDER/authority.pem. Prints
"ready" once it listens, and runs until it is ended.
"""

import argparse
import asyncio
import datetime
import os
import ssl
import uuid
from pathlib import Path

from aiosmtpd.smtp import SMTP
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Post:
    def __init__(self, folder, calm):
        self.folder, self.calm, self.refused = folder, calm, set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        name = "" if self.calm else address.split("@")[0]
        if name == "never":
            return "550 5.1.1 no such mailbox"
        if name == "busy" and address not in self.refused:
            self.refused.add(address)
            return "451 4.3.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        names = set() if self.calm else {address.split("@")[0] for address in envelope.rcpt_tos}
        if "lost" in names:
            os._exit(1)
        part = self.folder / f"{uuid.uuid4()}.part"
        part.write_bytes(envelope.content)
        part.rename(part.with_suffix(".eml"))
        if "dies" in names:
            os._exit(1)
        return "250 OK"


def named(name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def signed(subject, key, issuer, issuer_key, is_authority, extensions):
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def context(folder, name):
    """A certificate for a name by an authority of its own."""
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer = named("An authority of the tests")
    authority = signed(issuer, authority_key, issuer, authority_key, True, [])
    names = x509.SubjectAlternativeName([x509.DNSName(name)])
    own = signed(named(name), key, issuer, authority_key, False, [names])
    pem = serialization.Encoding.PEM
    (folder / "authority.pem").write_bytes(authority.public_bytes(pem))
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "server.pem").write_bytes(private + own.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return context


async def serve(asked):
    name = asked.smtps or asked.starttls
    tls = context(asked.folder, name) if name else None
    later = {"tls_context": tls, "require_starttls": True} if asked.starttls else {}

    post = Post(asked.folder, asked.calm)

    def session():
        return SMTP(post, hostname="localhost", **later)

    loop = asyncio.get_running_loop()
    first = tls if asked.smtps else None
    server = await loop.create_server(session, "127.0.0.1", asked.port, ssl=first)
    print("ready", flush=True)
    await server.serve_forever()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--calm", action="store_true")
    parser.add_argument("--smtps")
    parser.add_argument("--starttls")
    asyncio.run(serve(parser.parse_args()))


main()
