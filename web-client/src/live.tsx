import { batch, effect, signal } from "@preact/signals";
import { render } from "preact";
import { type AuctionPage, narrowWindow, type Shared } from "./auction-page";
import { ServerClock, tickingClock } from "./clock";
import { Connection } from "./connection";
import { LivePage } from "./live-page";
import { type Lot, type Lots, lotsOf } from "./lots";
import type { FromServer } from "./protocol";
import { soundOut, Sounds } from "./sounds";
import { AuctionStore } from "./store";
import { windowTitle } from "./window-title";
import { pageLanguage, wordsOf } from "./words";

/** Joins that came too fast are tried again after so long. */
const JOIN_AGAIN_MS = 1_000;

const place = document.getElementById("live");
const data: DOMStringMap = { ...document.body.dataset, ...place?.dataset };
const lots = lotsOf(data["lots"], data["auction"]);
if (place && lots.length > 0) start(place, lots);

function start(place: HTMLElement, lots: readonly Lot[]): void {
  const clock = new ServerClock();
  const { now, tick } = tickingClock(clock);
  const stores = new Map(lots.map(({ auction }) => [auction, new AuctionStore(auction)]));
  const address = new URL(data["live"] ?? "/api/live", location.href);
  address.protocol = address.protocol.replace("http", "ws");
  const connection = new Connection(address.href, clock, {
    greeted: () => stores.forEach(join),
    heard: (message) => {
      hear(message);
      if (now.value === undefined) tick();
    },
    sessionEnded,
  });

  function join(store: AuctionStore): void {
    connection.ask(store.join());
  }

  function hear(message: FromServer): void {
    const id = "id" in message ? message.id : undefined;
    const waiting = id === undefined ? undefined : connection.unanswered.get(id);
    const auction = ("auction" in message ? message.auction : undefined) ?? waiting?.auction;
    const store = auction === undefined ? undefined : stores.get(auction);
    if (store === undefined) return;
    const reaction = batch(() => store.hear(message, waiting));
    if (reaction === "join-again") join(store);
    if (reaction === "join-later") window.setTimeout(() => join(store), JOIN_AGAIN_MS);
    if (reaction === "send-again" && id !== undefined) connection.again(id);
    else if (id !== undefined) connection.unanswered.answered(id);
    if (message.type === "joined") connection.watchful = message.role !== "observer";
  }

  const language = pageLanguage();
  const shared: Omit<Shared, "lots"> = {
    connection,
    words: wordsOf(language),
    language,
    now,
    narrow: narrowWindow(),
    sounds: new Sounds(),
    estimate: lots.length === 1 ? data["estimate"] : undefined,
    readOnly: data["roleHint"] === "auditor",
  };
  const open = Math.max(0, lots.findIndex(({ auction }) => auction === data["auction"]));
  const all: Lots & { pages: AuctionPage[] } = { pages: [], shown: signal(open) };
  for (const lot of lots) {
    const store = stores.get(lot.auction);
    if (store) all.pages.push({ ...shared, lots: all, lot, store, draft: signal({}) });
  }
  all.pages.forEach(soundOut);
  effect(() => {
    const page = all.pages[all.shown.value];
    const title = page && windowTitle(page);
    if (title) document.title = title;
  });
  window.addEventListener("beforeunload", (event) => {
    if (connection.unanswered.count.value > 0) event.preventDefault();
  });

  document.body.classList.add("live-page");
  place.classList.add("live");
  place.textContent = "";
  render(<LivePage lots={all} />, place);
  tick();
  connection.start();
}

/** Whether the log-in is no longer valid. A guest who only watches never had one. */
async function sessionEnded(): Promise<boolean> {
  if (data["roleHint"] === "observer") return false;
  try {
    return (await fetch("/api/me")).status === 401;
  } catch {
    return false;
  }
}
