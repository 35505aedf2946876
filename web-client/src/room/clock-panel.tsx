import { useSignal } from "@preact/signals";
import { useAuctionPage, useTerms } from "../auction-page";
import { newCommandId } from "../commands";
import { Dialog } from "../dialog";
import { offer, timeLeft } from "../format";
import { Icon } from "../icon";
import { lotText } from "../lots";
import { levelText } from "../phase";
import { BidAnswer } from "./bid-answer";

type ClockKind = "descending-clock" | "ascending-clock";

/** A clock: the level that stands, how long, and one button to stay at it or to take it. */
export function ClockPanel({ kind }: { kind: ClockKind }) {
  const { store, words, language } = useAuctionPage();
  const terms = useTerms();
  const phase = store.state.value?.phase;
  if (phase?.level === undefined) {
    return (
      <div class="panel">
        <p>{words("clock-over")}</p>
        <BidAnswer />
      </div>
    );
  }
  return (
    <section class="panel clock-panel" aria-labelledby="clock-level">
      <p class="note" id="clock-level">
        {words(`kind-title-${kind}`)}
      </p>
      <p class="clock-level amount">{levelText(phase.level, terms, language)}</p>
      <LevelFacts />
      <div class="room-dock">
        <Acts kind={kind} level={phase.level} />
        <BidAnswer />
      </div>
    </section>
  );
}

/** How long the level stands, and how many are still in. */
function LevelFacts() {
  const { store, words, now } = useAuctionPage();
  const phase = store.state.value?.phase;
  const parts: string[] = [];
  if (phase?.closes_at !== undefined && now.value !== undefined) {
    parts.push(words("level-left", { time: timeLeft(phase.closes_at - now.value).clock }));
  }
  if (phase?.remaining !== undefined) parts.push(words("remaining", { count: String(phase.remaining) }));
  return <p class="level-facts">{parts.join(" · ")}</p>;
}

function Acts({ kind, level }: { kind: ClockKind; level: string }) {
  const page = useAuctionPage();
  const { store, connection, words, language } = page;
  const terms = useTerms();
  const isLeaving = useSignal(false);
  const isLinked = connection.link.value.state === "connected";
  const isSent = connection.unanswered.of(store.auction).some(({ type }) => type === "accept-level" || type === "leave-clock");
  const hasStayed = store.own.value?.held !== undefined;
  const isReady = store.state.value?.state === "open" && isLinked && !isSent && !hasStayed;
  const shown = levelText(level, terms, language);
  const accept = () => {
    if (isReady) connection.command({ type: "accept-level", auction: store.auction, id: newCommandId(), level });
  };
  const act = words(kind === "descending-clock" ? "level-stay" : "level-take", { level: shown });
  const lot = lotText(page);
  // The buttons stay where they are, so that the focus does too and the next level takes one key.
  return (
    <>
      <div class="level-stayed" role="status">
        {hasStayed && (
          <p class="standing is-accepted">
            <Icon name="check" /> {words("level-stayed", { level: shown })}
          </p>
        )}
      </div>
      <button type="button" class="button is-wide" aria-disabled={!isReady} onClick={accept}>
        {isSent ? words(isLinked ? "sending" : "unsent-short") : lot ? words("bid-submit-lot", { act, lot }) : act}
      </button>
      {kind === "descending-clock" && (
        <button
          type="button"
          class="button button-danger-quiet is-wide"
          aria-disabled={!isReady}
          onClick={() => {
            isLeaving.value = isReady;
          }}
        >
          {words("leave-clock")}
        </button>
      )}
      {isLeaving.value && (
        <LeaveDialog
          onClose={() => {
            isLeaving.value = false;
          }}
        />
      )}
    </>
  );
}

/** Leaving cannot be taken back, so it is asked once more. */
function LeaveDialog({ onClose }: { onClose: () => void }) {
  const page = useAuctionPage();
  const { store, connection, words, language } = page;
  const terms = useTerms();
  const values = store.own.value?.values;
  const leave = () => {
    connection.command({ type: "leave-clock", auction: store.auction, id: newCommandId() });
    onClose();
  };
  return (
    <Dialog title={[words("leave-title"), lotText(page)].filter(Boolean).join(" – ")} onClose={onClose}>
      <p>{values === undefined ? words("leave-about-nothing") : words("leave-about", { offer: offer(values, terms.values, language) })}</p>
      <div class="button-row">
        <button type="button" class="button button-danger" onClick={leave}>
          {words("leave-clock")}
        </button>
        <button type="button" class="button button-secondary" onClick={onClose}>
          {words("back")}
        </button>
      </div>
    </Dialog>
  );
}
