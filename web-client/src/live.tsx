import { effect, signal } from "@preact/signals";
import { render } from "preact";
import { AuctionPageContext, type AuctionPage, narrowWindow } from "./auction-page";
import { ServerClock, tickingClock } from "./clock";
import { Connection } from "./connection";
import type { FromServer } from "./protocol";
import { LivePage } from "./live-page";
import { AuctionStore } from "./store";
import { windowTitle } from "./window-title";
import { pageLanguage, wordsOf } from "./words";

const place = document.getElementById("live");
const auction = place?.dataset["auction"] ?? document.body.dataset["auction"];
if (place && auction !== undefined) start(place, auction);

function start(place: HTMLElement, auction: string): void {
  const clock = new ServerClock();
  const { now, tick } = tickingClock(clock);
  const store = new AuctionStore(auction);
  const address = new URL("/api/live", location.href);
  address.protocol = address.protocol.replace("http", "ws");
  const connection = new Connection(address.href, clock, {
    greeted: () => connection.ask(store.join()),
    heard: (message) => {
      hear(message);
      if (now.value === undefined) tick();
    },
    sessionEnded,
  });

  function hear(message: FromServer): void {
    if ("auction" in message && message.auction !== undefined && message.auction !== auction) return;
    const id = "id" in message ? message.id : undefined;
    const waiting = id === undefined ? undefined : connection.unanswered.get(id);
    const reaction = store.hear(message, waiting);
    if (reaction === "join-again") connection.ask(store.join());
    if (reaction === "send-again" && id !== undefined) connection.again(id);
    else if (id !== undefined) connection.unanswered.answered(id);
    if (message.type === "joined") connection.watchful = message.role !== "observer";
  }

  const language = pageLanguage();
  const words = wordsOf(language);
  const page: AuctionPage = { store, connection, words, language, now, draft: signal({}), narrow: narrowWindow() };
  effect(() => {
    document.title = windowTitle(page);
  });
  window.addEventListener("beforeunload", (event) => {
    if (connection.unanswered.count.value > 0) event.preventDefault();
  });

  document.body.classList.add("live-page");
  place.classList.add("live");
  place.textContent = "";
  render(
    <AuctionPageContext.Provider value={page}>
      <LivePage />
    </AuctionPageContext.Provider>,
    place,
  );
  tick();
  connection.start();
}

/** Whether the log-in is no longer valid. A guest who only watches never had one. */
async function sessionEnded(): Promise<boolean> {
  const { roleHint } = { ...document.body.dataset, ...document.getElementById("live")?.dataset };
  if (roleHint === "observer") return false;
  try {
    return (await fetch("/api/me")).status === 401;
  } catch {
    return false;
  }
}
