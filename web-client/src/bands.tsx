import type { ComponentChildren } from "preact";
import { useAuctionPage, useSeat } from "./auction-page";
import { duration, time } from "./format";
import { LogIn } from "./live-page";
import { lastNews } from "./store";

/** How long a moved end and an announcement stand above the page; the feed keeps them. */
const EXTENSION_SHOWN_MS = 30_000;
const ANNOUNCEMENT_SHOWN_MS = 120_000;

/** What everyone in the room must know now, above everything else. */
export function Bands() {
  return (
    <div class="bands">
      <LinkBand />
      <StoppedBand />
      <TieBreakBand />
      <ExtensionBand />
      <AnnouncementBand />
      <DurabilityBand />
      <DelayBand />
    </div>
  );
}

function Band({ tone = "", children }: { tone?: string; children: ComponentChildren }) {
  return <p class={`notice ${tone}`}>{children}</p>;
}

function LinkBand() {
  const { connection, words, now } = useAuctionPage();
  const link = connection.link.value;
  if (link.state === "connected" || link.state === "connecting") return null;
  const count = connection.unanswered.count.value;
  if (link.state === "ended") {
    return (
      <div class="notice is-refused">
        <p>{words(link.because === "logged-out" ? "logged-out" : "link-ended-protocol")}</p>
        {link.because === "logged-out" && <LogIn />}
      </div>
    );
  }
  // Each second of the page's clock, which goes on without a link, is counted down.
  const seconds = now.value !== undefined && link.state === "reconnecting" ? Math.max(0, Math.ceil((link.again - performance.now()) / 1_000)) : 0;
  return (
    <Band tone="is-refused">
      <strong>{words(count > 0 ? "unsent-band" : "link-lost-band", { count })}</strong>{" "}
      {link.state === "reconnecting" && words(seconds > 0 ? "link-again-in" : "link-again-now", { attempt: String(link.attempt), seconds: String(seconds) })}
    </Band>
  );
}

function StoppedBand() {
  const { store, words, language } = useAuctionPage();
  const state = store.state.value;
  if (state?.state !== "paused" && state?.state !== "interrupted") return null;
  const cause = lastNews(store.feed.value, "paused")?.cause;
  const reason = typeof cause === "object" ? cause.officer : "";
  return (
    <Band tone="is-extended">
      {words(state.state === "paused" ? "paused-band" : "interrupted-band")}
      {reason && ` ${words("reason", { reason })}`}{" "}
      {state.resumes_at !== undefined && words("resumes-at", { time: time(state.resumes_at, language) })}
    </Band>
  );
}

function TieBreakBand() {
  const { store, words, language } = useAuctionPage();
  const state = store.state.value;
  const phase = state?.phase;
  if (state?.state !== "open" || phase?.kind !== "tie-break") return null;
  const until = phase.closes_at === undefined ? "" : words("tie-break-until", { time: time(phase.closes_at, language) });
  return (
    <Band tone="is-extended">
      {words("tie-break-band")} {until}
    </Band>
  );
}

function ExtensionBand() {
  const { store, words, language, now } = useAuctionPage();
  const state = store.state.value;
  const extended = lastNews(store.feed.value, "extended");
  if (state?.state !== "open" || extended === undefined) return null;
  if ((now.value ?? 0) - extended.at > EXTENSION_SHOWN_MS) return null;
  return <Band tone="is-extended">{words("extended-to", { time: time(extended.closes_at, language) })}</Band>;
}

function AnnouncementBand() {
  const { store, words, now, language } = useAuctionPage();
  const said = lastNews(store.feed.value, "announced");
  if (said === undefined || (now.value ?? 0) - said.at > ANNOUNCEMENT_SHOWN_MS) return null;
  return <Band>{words("announcement", { time: time(said.at, language), text: said.text })}</Band>;
}

function DurabilityBand() {
  const { words } = useAuctionPage();
  const { weakDurability } = useSeat();
  if (weakDurability === undefined) return null;
  return (
    <Band tone="is-refused">
      <strong>{words("weak-durability")}</strong> {weakDurability}
    </Band>
  );
}

function DelayBand() {
  const { words } = useAuctionPage();
  const { role, terms } = useSeat();
  const delay = terms.visibility.observers_delay_ms ?? 0;
  if (role !== "observer" || delay === 0) return null;
  return <Band>{words("delayed", { time: duration(delay) })}</Band>;
}
