import { useSignal } from "@preact/signals";
import { useAuctionPage, useTerms } from "../auction-page";
import { time } from "../format";
import { Icon } from "../icon";
import { typedOffer } from "../news";
import { type Amounts, type Receipt, readTold, type Told } from "../protocol";
import { refusalSentence } from "../refusal-words";
import type { Words } from "../words";
import { saveReceipt, SaveReceipts } from "./save-receipts";

const SHOWN_FIRST = 50;

/** Own attempts, newest first, refused ones too, each with its receipt. */
export function Attempts() {
  const { store, words } = useAuctionPage();
  const all = useSignal(false);
  const receipts = store.receipts.value;
  if (receipts.length === 0) return <p class="note">{words("attempts-empty")}</p>;
  const newest = [...receipts].reverse();
  const shown = all.value ? newest : newest.slice(0, SHOWN_FIRST);
  return (
    <>
      <SaveReceipts look="link-button" />
      <ol class="attempts" reversed>
        {shown.map((receipt) => (
          <Attempt key={receipt.n} receipt={receipt} />
        ))}
      </ol>
      {shown.length < newest.length && (
        <button
          type="button"
          class="link-button"
          onClick={() => {
            all.value = true;
          }}
        >
          {words("attempts-all", { count: newest.length })}
        </button>
      )}
    </>
  );
}

function Attempt({ receipt }: { receipt: Receipt }) {
  const { words, language } = useAuctionPage();
  const terms = useTerms();
  const { received_at, act } = readTold(receipt.receipt);
  const { accepted, refusal, sentence } = receipt;
  const why = accepted ? undefined : refusalSentence(refusal, sentence, { words, language, values: terms.values });
  const what = actText(act, (values) => typedOffer(values, terms, language), words);
  return (
    <li class="attempt">
      <span class="attempt-n">{words("attempt-n", { n: String(receipt.n) })}</span>
      <time dateTime={new Date(received_at).toISOString()}>{time(received_at, language)}</time>
      <span class="attempt-what">{what}</span>
      <span class={`chip ${accepted ? "is-accepted" : "is-refused"}`}>
        <Icon name={accepted ? "check" : "cross"} />
        {words(accepted ? "accepted" : "refused")}
      </span>
      <button type="button" class="link-button" onClick={() => saveReceipt(receipt)}>
        <Icon name="arrow" /> {words("receipt")}
        <span class="unseen"> {words("attempt-n", { n: String(receipt.n) })}</span>
      </button>
      {why && <p class="attempt-why">{why}</p>}
    </li>
  );
}

function actText(act: Told["act"], offerText: (values: Amounts) => string, words: Words): string {
  switch (act.type) {
    case "place-bid":
      return offerText(act.values);
    case "ask":
      return words("attempt-question", { text: act.text });
    case "accept-level":
      return words("attempt-level", { level: offerText({ level: act.level }) });
    case "accept-terms":
    case "place-sealed":
    case "withdraw":
    case "leave":
      return words(`attempt-${act.type}`);
  }
}
