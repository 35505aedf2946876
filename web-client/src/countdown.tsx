import { useAuctionPage } from "./auction-page";
import { deadlineOf, toldState } from "./deadline";
import { time, timeLeft } from "./format";

const LAST_MINUTE_MS = 60_000;

/** The time left on the server's clock, large, with what it runs to. */
export function Countdown() {
  const { store, now, words, language } = useAuctionPage();
  const state = store.state.value;
  if (state === undefined) return null;
  const deadline = deadlineOf(state);
  if (deadline === undefined) {
    return (
      <div class="countdown-box">
        <p class="countdown is-word">{words(`state-${toldState(state)}`)}</p>
        {state.closed_at !== undefined && <p class="note">{words("ended-at", { time: time(state.closed_at, language) })}</p>}
      </div>
    );
  }
  const left = deadline.at === undefined || now.value === undefined ? undefined : deadline.at - now.value;
  const label = words(deadline.latest === undefined ? deadline.key : "until-close", { phase: String((state.phase?.index ?? 0) + 1) });
  if (left === undefined) {
    return (
      <div class="countdown-box">
        <p class="countdown">{words("no-time")}</p>
        <p class="note">{label}</p>
      </div>
    );
  }
  if (deadline.latest !== undefined) return <RandomTail left={left} from={deadline.at ?? 0} latest={deadline.latest} />;
  const { days, clock } = timeLeft(left);
  const isLastMinute = deadline.closes && left <= LAST_MINUTE_MS;
  return (
    <div class="countdown-box">
      <p class={`countdown ${isLastMinute ? "is-last-minute" : ""}`} role="timer">
        {days > 0 ? words("days-left", { days, clock }) : clock}
      </p>
      <p class="note">{left <= 0 ? words("deciding") : `${label} · ${time(deadline.at ?? 0, language)}`}</p>
    </div>
  );
}

/** Counts down to where the secret end may lie; from there on it may come at any moment. */
function RandomTail({ left, from, latest }: { left: number; from: number; latest: number }) {
  const { words, language, narrow } = useAuctionPage();
  const { days, clock } = timeLeft(left);
  return (
    <div class="countdown-box">
      {left > 0 ? (
        <p class={`countdown ${left <= LAST_MINUTE_MS ? "is-last-minute" : ""}`} role="timer">
          {days > 0 ? words("days-left", { days, clock }) : clock}
        </p>
      ) : (
        <p class="countdown is-word is-last-minute">{words(narrow.value ? "any-moment-short" : "any-moment")}</p>
      )}
      <p class="note">{words(narrow.value ? "until-random-short" : "until-random", { from: time(from, language), to: time(latest, language) })}</p>
    </div>
  );
}
