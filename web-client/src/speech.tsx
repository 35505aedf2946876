import { useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { useAuctionPage } from "./auction-page";
import { time } from "./format";
import { lotText } from "./lots";
import { isOwnTurn, levelText } from "./phase";
import { lastNews } from "./store";
import { positionText } from "./window-title";

interface Heard {
  position: number | undefined;
  closesAt: number | undefined;
  over: boolean;
  ownTurn: boolean;
  level: string | undefined;
}

/** What a screen reader says by itself: own position, the own turn, a new
 *  level, a moved end, the close; nothing else. */
export function Speech() {
  const page = useAuctionPage();
  const { store, words, language } = page;
  const said = useSignal("");
  const known = useRef<Heard | undefined>(undefined);
  useSignalEffect(() => {
    const state = store.state.value;
    if (state === undefined) return;
    const position = store.own.value?.position;
    const closesAt = lastNews(store.feed.value, "extended")?.closes_at;
    const over = state.closed_at !== undefined;
    const before = known.current;
    const ownTurn = isOwnTurn(state, store.own.value);
    const level = state.state === "open" ? state.phase?.level : undefined;
    known.current = { position, closesAt, over, ownTurn, level };
    if (before === undefined) return;
    const sentences = [];
    if (position !== undefined && position !== before.position) {
      sentences.push(words("say-position", { position: positionText(words, position, state.participants) }));
    }
    if (ownTurn && !before.ownTurn) sentences.push(words("say-turn"));
    const terms = store.seat.value?.terms;
    if (level !== undefined && level !== before.level && terms !== undefined) {
      sentences.push(words("level-now", { level: levelText(level, terms, language) }));
    }
    if (closesAt !== undefined && closesAt !== before.closesAt) {
      sentences.push(words("extended-to", { time: time(closesAt, language) }));
    }
    if (over && !before.over) sentences.push(words("say-over"));
    if (sentences.length > 0) said.value = [lotText(page), sentences.join(" ")].filter(Boolean).join(": ");
  });
  return (
    <p class="unseen" role="status">
      {said}
    </p>
  );
}
