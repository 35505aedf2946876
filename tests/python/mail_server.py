"""A mail server for the tests: keeps what it takes as files, and fails as the address says.

    mail_server.py PORT FOLDER [--calm]

busy@…   451 to the first attempt        never@…  550 always
dies@…   kept, then the process ends without an answer
lost@…   the process ends before anything is kept
With --calm nobody fails. Prints "ready" once it listens, and runs until it is ended.
"""

import asyncio
import os
import sys
import uuid
from pathlib import Path

from aiosmtpd.controller import Controller


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


def main():
    port, folder, calm = int(sys.argv[1]), Path(sys.argv[2]), "--calm" in sys.argv
    controller = Controller(Post(folder, calm), hostname="127.0.0.1", port=port)
    controller.start()
    print("ready", flush=True)
    asyncio.new_event_loop().run_forever()


main()
