"""A bidder's own client, written from docs/protocol.md alone.

It logs in, joins, accepts the terms, bids, is refused for too small a step, loses its link in the
middle of a bid, comes back, sends the unanswered bid again under the same id, and checks every
receipt. It prints one line of JSON with what it saw; the exit status is 0 when all was well, else 1.
"""

import argparse
import contextlib
import hashlib
import json
import socket
import sys
import time
import urllib.request
from decimal import Decimal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import connect

PATH_LENGTH = 8
ANSWER_S = 10


class Broken(Exception):
    """The server did something else than the protocol says."""


def expect(true, what):
    if not true:
        raise Broken(what)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def canonical(value):
    """RFC 8785, for whole numbers and ASCII keys."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def is_signed(public, signature, message):
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature), message)
        return True
    except (InvalidSignature, ValueError):
        return False


class Server:
    """The HTTP side: the session and the key set."""

    def __init__(self, url):
        self.url = url.rstrip("/")
        self.http = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def call(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, data=data, headers=headers)
        with self.http.open(request, timeout=ANSWER_S) as answer:
            return json.load(answer)

    def log_in(self, login, password):
        session = self.call("/api/login", {"login": login, "password": password})
        expect(session["role"] == "bidder", f"the role is {session['role']}")
        return session["token"]

    def keys(self, fingerprint):
        """Public keys by id, trusted because of the fingerprint in the invitation."""
        key_set = self.call("/.well-known/ebok-keys.json")
        admin = bytes.fromhex(key_set["admin"])
        expect(sha256(admin).hex() == fingerprint.lower(), "the admin key has another fingerprint")
        message = b"ebok-keys-1" + canonical(key_set["keys"])
        signed = is_signed(key_set["admin"], key_set["signature"], message)
        expect(signed, "the admin key did not sign the key set")
        return {key["id"]: key["public"] for key in key_set["keys"]}


def check_receipt(receipt, auction, keys):
    """The five steps of "Checking a receipt"; answers with what was told."""
    told = receipt["told"]
    part = sha256(b"\x00", bytes.fromhex(receipt["told_salt"]), told.encode())
    node = sha256(b"\x01", part, bytes.fromhex(receipt["kept_hash"]))
    expect(len(receipt["path"]) == PATH_LENGTH, "the path has another length")
    for sibling in receipt["path"]:
        node = sha256(b"\x02", *sorted([node, bytes.fromhex(sibling)]))
    expect(receipt["key"] in keys, f"the key {receipt['key']} is not in the key set")
    message = b"ebok-batch-1" + auction.encode() + node
    expect(is_signed(keys[receipt["key"]], receipt["signature"], message), "a receipt is not signed")
    return json.loads(told)


class Bidder:
    """One bidder in one auction, over as many connections as it takes."""

    def __init__(self, url, token, auction, keys):
        self.live = url.rstrip("/").replace("http", "ws", 1) + "/api/live"
        self.token = token
        self.auction = auction
        self.keys = keys
        self.f = 0
        self.n = 0
        self.state = {}
        self.own = {}
        self.terms_hash = None
        self.gaps = 0
        self.receipts = {}  # frames by command id
        self.refused = {}  # refusals outside the log by command id
        self.socket = None
        self.links = contextlib.ExitStack()
        self.ping_s = 2.0
        self.pinged = 0.0

    def join(self):
        """Connects, and joins from what is already known."""
        headers = {"Authorization": f"Bearer {self.token}"}
        link = connect(self.live, additional_headers=headers, compression=None, proxy=None)
        self.socket = self.links.enter_context(link)
        hello = json.loads(self.socket.recv(timeout=ANSWER_S))
        expect(hello["type"] == "hello", f"no hello but {hello}")
        self.ping_s = hello["ping_ms"] / 1000
        self.send({"type": "join", "auction": self.auction, "f": self.f, "n": self.n})
        self.wait(lambda frame: frame["type"] == "joined", "joined")

    def hear_all(self):
        """Answers keep their order: after the pong, everything sent before it is known."""
        self.pinged = 0.0
        self.ping()
        self.wait(lambda frame: frame["type"] == "pong", "pong")

    def lose_link(self):
        """As when a cable is pulled: no closing frame, no look at what came meanwhile."""
        self.socket.socket.shutdown(socket.SHUT_RDWR)
        self.socket.socket.close()

    def send(self, message):
        self.socket.send(json.dumps(message))

    def wait(self, found, what, seconds=ANSWER_S):
        """Takes frames until one is what is waited for."""
        until = time.monotonic() + seconds
        while True:
            left = until - time.monotonic()
            expect(left > 0, f"waited in vain: {what}")
            self.ping()
            try:
                text = self.socket.recv(timeout=min(left, self.ping_s))
            except TimeoutError:
                continue
            except ConnectionClosed as closed:
                raise Broken(f"the connection closed ({closed}) before: {what}") from closed
            frame = json.loads(text)
            self.take(frame)
            if found(frame):
                return frame

    def ping(self):
        now = time.monotonic()
        if now - self.pinged >= self.ping_s:
            self.pinged = now
            self.send({"type": "ping", "t": int(now * 1000)})

    def take(self, frame):
        kind = frame["type"]
        if kind in ("pong", "hello"):
            return
        expect(frame.get("auction", self.auction) == self.auction, f"of another auction: {frame}")
        if kind == "joined":
            self.terms_hash = frame["terms_hash"]
            self.own = frame["own"]
            self.take_feed(frame)
        elif kind == "state":
            self.take_feed(frame)
        elif kind == "own":
            self.own = frame["own"]
        elif kind == "receipt":
            self.take_receipt(frame)
        elif kind == "refused":
            self.refused[frame.get("id")] = frame
        else:
            expect(kind == "result", f"an unknown message: {frame}")

    def take_feed(self, frame):
        numbers = [item["f"] for item in frame["feed"]]
        expected = list(range(self.f + 1, self.f + 1 + len(numbers)))
        if numbers != expected or frame["f"] != self.f + len(numbers):
            self.gaps += 1
        self.f = frame["f"]
        self.state = frame["state"]

    def take_receipt(self, frame):
        told = check_receipt(frame["receipt"], self.auction, self.keys)
        for name in ("id", "n"):
            expect(told[name] == frame[name], f"told another {name} than the frame: {frame}")
        expect(told["auction"] == self.auction, f"a receipt of another auction: {frame}")
        accepted = "refused" not in told["outcome"]
        expect(accepted == frame["accepted"], f"told another outcome than the frame: {frame}")
        known = self.receipts.setdefault(frame["id"], [])
        if known:
            expect(known[0] == frame, f"another receipt for the same command: {frame}")
        else:
            expect(frame["n"] == self.n + 1, f"n {frame['n']} follows {self.n}")
            self.n = frame["n"]
        known.append(frame)

    def ask(self, command):
        """Sends a command and waits for its receipt, or for its refusal outside the log."""
        before = len(self.receipts.get(command["id"], []))
        self.send(command)

        def answered(_):
            receipts = self.receipts.get(command["id"], [])
            return len(receipts) > before or command["id"] in self.refused

        self.wait(answered, f"the answer to {command['id']}")
        return self.refused.get(command["id"]) or self.receipts[command["id"]][-1]

    def bid(self, id, values):
        return {"type": "bid", "auction": self.auction, "id": id, "values": values}

    def accept_terms(self):
        if self.own["accepted_terms"]:
            return
        accept = {"type": "accept-terms", "auction": self.auction, "id": "terms"}
        answer = self.ask(accept | {"terms_hash": self.terms_hash})
        expect(answer.get("accepted"), f"the terms were not accepted: {answer}")

    def wait_until_open(self, seconds):
        if self.state["state"] != "open":
            self.wait(lambda _: self.state["state"] == "open", "the opening", seconds)

    def settle(self):
        """Waits until the own view has caught up with the last receipt."""
        if self.own["n"] != self.n:
            self.wait(lambda _: self.own["n"] == self.n, "the own view after a receipt")

    def best_legal(self):
        limits = self.own["limits"]
        expect(all(limits.values()), f"no bid is possible any more: {limits}")
        return dict(limits)

    def too_small_a_step(self):
        """One last digit short of the limit."""
        values = self.best_legal()
        price = Decimal(values["price"])
        return values | {"price": str(price + Decimal(1).scaleb(price.as_tuple().exponent))}


def place_first(bidder):
    """The best legal bid, with a decimal comma, as it is typed in Poland."""
    typed = {name: limit.replace(".", ",") for name, limit in bidder.best_legal().items()}
    first = bidder.ask(bidder.bid("first", typed))
    expect(first.get("accepted"), f"the first bid was not accepted: {first}")
    bidder.settle()


def be_refused(bidder):
    refused = bidder.ask(bidder.bid("too-small", bidder.too_small_a_step()))
    expect(not refused["accepted"], f"too small a step was accepted: {refused}")
    name, code = refused["refusal"]["name"], refused["code"]
    # Where the step is one last digit, the bid is the own present offer.
    known = {"below-minimum-step": 302, "equal-to-own": 304}
    expect(known.get(name) == code, f"refused as {name} with {code}")
    expect(refused["sentence"]["pl"] and refused["sentence"]["en"], "a refusal without a sentence")
    bidder.settle()
    return name


def lose_link_in_mid_bid(bidder, pause_s):
    """The bid counts once, however often it is sent, and has one receipt."""
    lost = bidder.bid("lost", bidder.best_legal())
    before = bidder.n
    bidder.send(lost)
    bidder.lose_link()
    time.sleep(pause_s)
    bidder.join()
    bidder.hear_all()
    while_away = "lost" in bidder.receipts
    again = bidder.ask(lost)
    expect(again.get("accepted"), f"the bid that lost its link was not accepted: {again}")
    bidder.ask(lost)
    expect(bidder.n == before + 1, f"the bid counted {bidder.n - before} times")
    bidder.settle()
    bidder.hear_all()
    return {"decided_while_away": while_away, "receipts_of_it": len(bidder.receipts["lost"])}


def reuse_id(bidder):
    """The same id with other content is no repetition."""
    answer = bidder.ask(bidder.bid("first", bidder.best_legal()))
    expect(answer["type"] == "refused" and answer["code"] == 405, f"an id was used twice: {answer}")


def place_last(bidder):
    last = bidder.ask(bidder.bid("last", bidder.best_legal()))
    expect(last.get("accepted"), f"the last bid was not accepted: {last}")
    bidder.settle()
    expect(bidder.own["values"] == last_values(last), "the own view shows another offer")


def last_values(receipt):
    """What the receipt says was accepted."""
    events = json.loads(receipt["receipt"]["told"])["outcome"]["events"]
    return next(event["values"] for event in events if event["type"] == "bid-accepted")


def play(options, bidder):
    bidder.join()
    bidder.accept_terms()
    bidder.wait_until_open(options.wait)
    bidder.settle()
    place_first(bidder)
    refusal = be_refused(bidder)
    lost = lose_link_in_mid_bid(bidder, options.pause)
    reuse_id(bidder)
    place_last(bidder)
    expect(bidder.gaps == 0, f"{bidder.gaps} gaps in the feed")
    return {"refusal": refusal, "lost_bid": lost}


def seen(bidder):
    frames = [frames[0] for frames in bidder.receipts.values()]
    return {
        "n": bidder.n,
        "f": bidder.f,
        "gaps": bidder.gaps,
        "alias": bidder.own.get("alias"),
        "position": bidder.own.get("position"),
        "values": bidder.own.get("values"),
        "receipts": [{key: frame[key] for key in ("id", "n", "accepted")} for frame in frames],
    }


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("url", "login", "password", "auction", "fingerprint"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--wait", type=float, default=60, help="seconds to wait for the opening")
    parser.add_argument("--pause", type=float, default=0.3, help="seconds without a link")
    return parser.parse_args()


def main():
    options = arguments()
    server = Server(options.url)
    bidder = None
    try:
        keys = server.keys(options.fingerprint)
        token = server.log_in(options.login, options.password)
        bidder = Bidder(options.url, token, options.auction, keys)
        with bidder.links:
            report = {"ok": True} | play(options, bidder)
    except (Broken, WebSocketException, OSError, KeyError, ValueError) as error:
        report = {"ok": False, "error": f"{type(error).__name__}: {error}"}
    print(json.dumps(report | (seen(bidder) if bidder else {})))
    return 0 if report["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
