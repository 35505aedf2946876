import { useSignal } from "@preact/signals";
import { useAuctionPage, useTerms } from "../auction-page";
import { time } from "../format";
import { Icon } from "../icon";
import { typedOffer } from "../news";
import { type Receipt, readTold } from "../protocol";

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
  const what = act.type === "place-bid" ? typedOffer(act.values, terms, language) : words("attempt-terms");
  return (
    <li class="attempt">
      <span class="attempt-n">{words("attempt-n", { n: String(receipt.n) })}</span>
      <time dateTime={new Date(received_at).toISOString()}>{time(received_at, language)}</time>
      <span class="attempt-what">{what}</span>
      <span class={`chip ${receipt.accepted ? "is-accepted" : "is-refused"}`}>
        <Icon name={receipt.accepted ? "check" : "cross"} />
        {words(receipt.accepted ? "accepted" : "refused")}
      </span>
      <button type="button" class="link-button" onClick={() => save(receipt)}>
        <Icon name="arrow" /> {words("receipt")}
        <span class="unseen"> {words("attempt-n", { n: String(receipt.n) })}</span>
      </button>
      {receipt.sentence && <p class="attempt-why">{receipt.sentence[language]}</p>}
    </li>
  );
}

/** Saves what `ebok verify --receipt` reads. */
function save({ auction, n, receipt }: Receipt): void {
  const address = URL.createObjectURL(new Blob([JSON.stringify(receipt, null, 2)], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = `ebok-${auction.slice(0, 8)}-${n}.json`;
  link.click();
  URL.revokeObjectURL(address);
}
