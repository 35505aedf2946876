import type { Signal } from "@preact/signals";
import type { Words } from "./words";

/** What the page knows about its connection to the server. */
export type Link =
  | { state: "connecting" }
  | { state: "connected"; roundTripMs: number; clockOffsetMs: number }
  | { state: "reconnecting"; attempt: number }
  | { state: "lost" };

const classOf: Record<Link["state"], string> = {
  connecting: "link-pill",
  connected: "link-pill is-connected",
  reconnecting: "link-pill is-reconnecting",
  lost: "link-pill is-lost",
};

/** The connection in words, with a dot; always visible in the room. */
export function LinkPill({ link, words }: { link: Signal<Link>; words: Words }) {
  return <p class={classOf[link.value.state]}>{sentence(link.value, words)}</p>;
}

function sentence(link: Link, words: Words): string {
  switch (link.state) {
    case "connecting":
      return words("link-connecting");
    case "connected":
      return words("link-connected", {
        milliseconds: String(Math.round(link.roundTripMs)),
        seconds: signedTenths(link.clockOffsetMs, words),
      });
    case "reconnecting":
      return words("link-reconnecting", { attempt: String(link.attempt) });
    case "lost":
      return words("link-lost");
  }
}

/** 120 ms is "+0,1" in Polish; the minus is the typographic one. */
function signedTenths(ms: number, words: Words): string {
  const tenths = Math.round(ms / 100);
  const sign = tenths < 0 ? "−" : "+";
  const size = Math.abs(tenths);
  return `${sign}${Math.floor(size / 10)}${words("decimal-mark")}${size % 10}`;
}
