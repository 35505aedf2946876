import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { type AuctionPage, useAuctionPage, useTerms } from "../auction-page";
import { newCommandId } from "../commands";
import { lotText } from "../lots";
import { mayBid } from "../phase";
import type { Amounts, Refusal } from "../protocol";
import { BidAnswer } from "./bid-answer";
import { BidField } from "./bid-field";
import { BidLimit } from "./bid-limit";
import { BidPreview } from "./bid-preview";
import { type Confirming, ConfirmDialog } from "./confirm-dialog";
import { TurnNote } from "./turn-note";
import { fieldTexts, isComplete, offerTyped } from "./typed-offer";

/** How long the keys rest before the server is asked what the bid would come to. */
const PREVIEW_AFTER_MS = 150;

/** The bid: limits, one field per value, what it would come to, and a button named by the act. */
export function BidForm() {
  const page = useAuctionPage();
  const { store, connection, words, language, draft } = page;
  const terms = useTerms();
  const form = useRef<HTMLFormElement>(null);
  const confirming = useSignal<Confirming | undefined>(undefined);
  const texts = useComputed(() => {
    const own = store.own.value;
    return own === undefined ? {} : fieldTexts(terms, own, draft.value, language);
  });
  const asked = useAskedPreview(page, texts);

  // An own bid was answered: a large change asks to be typed again, an accepted one clears the form.
  useSignalEffect(() => {
    const answer = store.answer.value;
    if (answer?.command.type !== "bid") return;
    const { values, confirm } = answer.command;
    if (answer.accepted) {
      if (isSame(values, texts.peek())) draft.value = {};
    } else if (answer.refusal?.name === "needs-confirmation") {
      confirming.value = toConfirm(answer.refusal, values, confirm ?? {});
      store.answer.value = undefined;
    }
  });

  const state = store.state.value;
  const mayEnter = mayBid(state, store.own.value);
  const isLinked = connection.link.value.state === "connected";
  const isSent = connection.unanswered.of(store.auction).some(({ type }) => type === "bid");
  const isReady = mayEnter && isLinked && !isSent;
  const previewed = store.previewed.value?.ref === asked.value ? store.previewed.value : undefined;

  const place = (values: Amounts, confirm?: Amounts) => {
    const id = newCommandId();
    connection.command({ type: "bid", auction: store.auction, id, values, ...(confirm && { confirm }) });
    confirming.value = undefined;
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (!isReady) return;
    if (!isComplete(texts.value)) return form.current?.querySelector("input")?.focus();
    const expected = previewed?.preview.refusal && toConfirm(previewed.preview.refusal, texts.value, {});
    if (expected) confirming.value = expected;
    else place(texts.value);
  };

  const named = offerTyped(terms, texts.value, language);
  const isSealed = state?.phase?.kind === "sealed-bid";
  const act = named
    ? words(isSealed ? "bid-submit-sealed" : "bid-submit", { offer: named })
    : words(isSealed ? "bid-submit-empty-sealed" : "bid-submit-empty");
  const lot = lotText(page);
  const only = terms.values.length === 1 ? terms.values[0] : undefined;
  return (
    <>
      <form class={`bid-form panel ${isReady || (isSent && isLinked) ? "" : "is-inactive"}`} ref={form} onSubmit={submit} noValidate>
        <h2 class="unseen">{words("bid-title")}</h2>
        <TurnNote />
        {only && <BidLimit value={only} id="bid-limit" />}
        <div class={`room-dock ${terms.values.length > 1 ? "has-several" : ""}`}>
          {terms.values.map((value) => (
            <BidField
              key={value.id}
              value={value}
              text={texts.value[value.id] ?? ""}
              refusal={previewed?.preview.refusal}
              limitId={only && "bid-limit"}
            />
          ))}
          <BidPreview previewed={previewed} />
          <button type="submit" class="button is-wide" aria-disabled={!isReady}>
            {isSent ? words(isLinked ? "sending" : "unsent-short") : lot ? words("bid-submit-lot", { act, lot }) : act}
          </button>
          <BidAnswer />
        </div>
      </form>
      {confirming.value && (
        <ConfirmDialog
          confirming={confirming.value}
          onConfirm={place}
          onClose={() => {
            confirming.value = undefined;
          }}
        />
      )}
    </>
  );
}

/** Whether nothing else was typed while the bid was on its way. */
function isSame(sent: Amounts, texts: Amounts): boolean {
  return Object.entries(sent).every(([id, text]) => texts[id] === text);
}

function toConfirm(refusal: Refusal, values: Amounts, confirm: Amounts): Confirming | undefined {
  if (refusal.name !== "needs-confirmation") return undefined;
  const { value, from, to, percent } = refusal;
  return { values, confirm, value, from, to, percent };
}

/** Asks what the typed offer would come to, once the keys rest, and again when the auction moves.
 *  Gives the name of the last question, so that an older answer is not shown for it. */
function useAskedPreview({ store, connection, draft }: AuctionPage, texts: { value: Amounts }) {
  const asked = useSignal("");
  const count = useRef(0);
  useSignalEffect(() => {
    const isOpen = mayBid(store.state.value, store.own.value) && connection.link.value.state === "connected";
    const values = texts.value;
    const isTyped = Object.keys(draft.value).length > 0;
    if (!isOpen || !isTyped || !isComplete(values)) {
      asked.value = "";
      return;
    }
    const timer = window.setTimeout(() => {
      count.current += 1;
      const ref = `p${count.current}`;
      connection.ask({ type: "preview", auction: store.auction, ref, values });
      asked.value = ref;
    }, PREVIEW_AFTER_MS);
    return () => clearTimeout(timer);
  });
  return asked;
}
