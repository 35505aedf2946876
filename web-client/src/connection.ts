import { signal } from "@preact/signals";
import type { ServerClock } from "./clock";
import { Unanswered } from "./commands";
import { type Command, type FromClient, type FromServer, type Question, readMessage } from "./protocol";

/** What the page knows about its connection to the server. */
export type Link =
  | { state: "connecting" }
  | { state: "connected"; roundTripMs: number | undefined; clockOffsetMs: number | undefined }
  /** Nothing heard for too long; the socket may yet recover. */
  | { state: "silent" }
  /** The next attempt is made at `again`, on the monotonic clock. */
  | { state: "reconnecting"; attempt: number; again: number }
  /** It will not come back by itself. */
  | { state: "ended"; because: "logged-out" | "protocol" };

/** Close codes after which connecting again would not help; all others are followed by a new try. */
const CLOSE = { unreadable: 1008, tooLong: 1009, loggedOut: 4001 };

const RECONNECT_FIRST_MS = 250;
const RECONNECT_MOST_MS = 5_000;
/** A handshake that takes longer is given up. */
const HANDSHAKE_MS = 5_000;
/** After `unavailable` nothing was decided: the same command again, after so long. */
const UNAVAILABLE_AGAIN_MS = 1_000;

/** Pause before the given attempt to reconnect, counted from 1: it doubles, with up to half of it
 *  taken away by chance, so that a room does not come back in one instant. */
export function reconnectPause(attempt: number, chance: number): number {
  const full = Math.min(RECONNECT_FIRST_MS * 2 ** (attempt - 1), RECONNECT_MOST_MS);
  return full - (full / 2) * chance;
}

interface Handlers {
  /** The link stands: join again, before what is unanswered goes out. */
  greeted: () => void;
  heard: (message: FromServer) => void;
  /** Asks whether the session still stands, when a handshake fails. */
  sessionEnded: () => Promise<boolean>;
}

/** The page's one WebSocket: says ping, notices silence, comes back by itself, and sends what is
 *  unanswered again under the same id. */
export class Connection {
  readonly link = signal<Link>({ state: "connecting" });
  readonly unanswered = new Unanswered();
  /** Probe a quiet link twice as often, so that its loss is seen within `ping_ms`. */
  watchful = true;

  readonly #address: string;
  readonly #clock: ServerClock;
  readonly #handlers: Handlers;
  #socket: WebSocket | undefined;
  #greeted = false;
  #attempt = 0;
  #pingMs = 2_000;
  #lastHeard = 0;
  #probeTimer: number | undefined;
  #retryTimer: number | undefined;

  constructor(address: string, clock: ServerClock, handlers: Handlers) {
    this.#address = address;
    this.#clock = clock;
    this.#handlers = handlers;
  }

  start(): void {
    window.addEventListener("online", () => this.#hurry());
    window.addEventListener("offline", () => this.#lose());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.#hurry();
    });
    this.#open();
  }

  /** Keeps the command until it is answered. */
  command(command: Command): void {
    this.unanswered.add(command);
    this.#send(command);
  }

  /** Sends a question; on a lost link it is dropped, as its answer would be stale. */
  ask(question: Question): void {
    this.#send(question);
  }

  /** Nothing was decided: the same command again, a little later. */
  again(id: string): void {
    window.setTimeout(() => {
      const command = this.unanswered.get(id);
      if (command) this.#send(command);
    }, UNAVAILABLE_AGAIN_MS);
  }

  #send(message: FromClient): void {
    if (this.#greeted && this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify(message));
    }
  }

  #open(): void {
    clearTimeout(this.#retryTimer);
    this.#socket?.close();
    const socket = new WebSocket(this.#address);
    this.#socket = socket;
    this.#retryTimer = window.setTimeout(() => this.#lose(), HANDSHAKE_MS);
    socket.onmessage = (event) => {
      if (socket === this.#socket && typeof event.data === "string") this.#hear(event.data);
    };
    socket.onclose = (event) => {
      if (socket === this.#socket) void this.#closed(event.code);
    };
  }

  /** Timers chained to messages, not to other timers, are spared by browsers that slow down the
   *  timers of hidden pages; so each message sets the next probe. */
  #hear(text: string): void {
    const received = performance.now();
    const wall = Date.now();
    this.#lastHeard = received;
    this.#probeLater();
    const message = readMessage(text);
    if (message === undefined) return;
    if (message.type === "hello") {
      clearTimeout(this.#retryTimer);
      this.#greeted = true;
      this.#attempt = 0;
      this.#pingMs = message.ping_ms;
      this.#clock.told(message.now, received);
      this.#ping();
      this.#handlers.greeted();
      for (const command of this.unanswered.all) this.#send(command);
    } else if (message.type === "pong") {
      this.#clock.measured(message.t, message.now, received, wall);
    } else {
      this.#handlers.heard(message);
    }
    this.#connected();
  }

  #connected(): void {
    const best = this.#clock.best;
    this.link.value = { state: "connected", roundTripMs: best?.roundTrip, clockOffsetMs: best?.offset };
  }

  #ping(): void {
    const best = this.#clock.best;
    const measured = best && { rtt: Math.round(best.roundTrip), offset: Math.round(best.offset) };
    this.#send({ type: "ping", t: performance.now(), ...measured });
  }

  #probeLater(): void {
    clearTimeout(this.#probeTimer);
    this.#probeTimer = window.setTimeout(() => this.#probe(), this.watchful ? this.#pingMs / 2 : this.#pingMs);
  }

  #probe(): void {
    const quiet = performance.now() - this.#lastHeard;
    const bearable = this.watchful ? this.#pingMs : 2 * this.#pingMs;
    // A little slack: a timer may fire a millisecond early.
    if (quiet >= 2 * bearable - 20) return this.#lose();
    if (quiet >= bearable - 20) this.link.value = { state: "silent" };
    this.#ping();
    this.#probeLater();
  }

  /** Gives the socket up without waiting for its close, which a dead link never confirms. */
  #lose(): void {
    if (this.link.value.state === "ended") return;
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
    void this.#closed(undefined);
  }

  async #closed(code: number | undefined): Promise<void> {
    clearTimeout(this.#probeTimer);
    const refusedAtTheDoor = code !== undefined && !this.#greeted;
    this.#greeted = false;
    if (code === CLOSE.loggedOut) return this.#end("logged-out");
    if (code === CLOSE.unreadable || code === CLOSE.tooLong) return this.#end("protocol");
    this.#attempt += 1;
    const pause = reconnectPause(this.#attempt, Math.random());
    this.link.value = { state: "reconnecting", attempt: this.#attempt, again: performance.now() + pause };
    clearTimeout(this.#retryTimer);
    this.#retryTimer = window.setTimeout(() => this.#open(), pause);
    if (refusedAtTheDoor && (await this.#handlers.sessionEnded())) this.#end("logged-out");
  }

  #end(because: "logged-out" | "protocol"): void {
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#probeTimer);
    this.#socket?.close();
    this.#socket = undefined;
    this.link.value = { state: "ended", because };
  }

  /** Somebody is looking, or the network is back: do not wait for the pause to run out. */
  #hurry(): void {
    if (this.link.value.state === "reconnecting") this.#open();
    else if (this.#greeted) this.#ping();
  }
}
