import { useAuctionPage, useTerms } from "../auction-page";
import { newCommandId } from "../commands";
import { offer } from "../format";
import { courseText, isOwnTurn } from "../phase";

/** In turns: whose it is, and what the bidder has entered in its own. */
export function TurnNote() {
  const page = useAuctionPage();
  const { store } = page;
  if (store.state.value?.phase?.kind !== "turns") return null;
  const isOwn = isOwnTurn(store.state.value, store.own.value);
  const text = courseText(page);
  return (
    <>
      {text && <p class={isOwn ? "notice turn-note is-own" : "notice turn-note"}>{text}</p>}
      {isOwn && <Held />}
    </>
  );
}

function Held() {
  const { store, connection, words, language } = useAuctionPage();
  const terms = useTerms();
  const held = store.own.value?.held;
  if (held === undefined) return null;
  const isSent = connection.unanswered.of(store.auction).some(({ type }) => type === "withdraw");
  const withdraw = () => {
    if (isSent) return;
    connection.command({ type: "withdraw", auction: store.auction, id: newCommandId() });
    // The button goes with what it takes back: go on in the amount.
    document.querySelector<HTMLInputElement>(".bid-field input")?.focus();
  };
  return (
    <p class="held">
      <span>
        {words("held", { offer: offer(held, terms.values, language) })}
        <br />
        <span class="note">{words("held-counts")}</span>
      </span>
      <button type="button" class="button button-secondary button-small" aria-disabled={isSent} onClick={withdraw}>
        {words("withdraw")}
      </button>
    </p>
  );
}
