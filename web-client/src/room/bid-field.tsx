import { useId } from "preact/hooks";
import { useAuctionPage } from "../auction-page";
import { amount, decimal, unitName } from "../format";
import type { Refusal, Value } from "../protocol";

/** One auctioned value: its name, what may be entered now, and the field. */
export function BidField({ value, text, refusal }: { value: Value; text: string; refusal: Refusal | undefined }) {
  const { words, language, draft, store } = useAuctionPage();
  const id = useId();
  const isWrong = refusal !== undefined && "value" in refusal && refusal.value === value.id && refusal.name !== "needs-confirmation";
  const type = (typed: string) => {
    draft.value = { ...draft.value, [value.id]: typed };
    // The answer to the bid before belongs to other values.
    store.answer.value = undefined;
  };
  return (
    <div class={`field bid-field ${isWrong ? "has-error" : ""}`}>
      <label for={id}>
        {value.name[language]}
        {value.tax && ` (${words(`tax-${value.tax}`)})`}
      </label>
      <LimitHint value={value} id={`${id}-hint`} onTake={type} />
      <span class="amount-with-unit">
        <input
          class="input is-amount"
          id={id}
          name={value.id}
          value={text}
          inputMode="decimal"
          autocomplete="off"
          maxLength={40}
          aria-describedby={`${id}-hint bid-preview`}
          aria-invalid={isWrong}
          onInput={(event) => type(event.currentTarget.value)}
        />
        <span aria-hidden="true">{unitName(value.unit, language)}</span>
      </span>
    </div>
  );
}

/** "Możesz wpisać najwyżej 118 500,00 zł", with a button that enters it. */
function LimitHint({ value, id, onTake }: { value: Value; id: string; onTake: (text: string) => void }) {
  const { words, language, store } = useAuctionPage();
  const limit = store.own.value?.limits[value.id];
  if (limit === undefined) return <span id={id} />;
  if (limit === null) {
    return (
      <p class="hint" id={id}>
        {words("limit-none")}
      </p>
    );
  }
  const shown = amount(limit, value.unit, language);
  return (
    <p class="hint limit" id={id}>
      <span>
        {words(`limit-${value.direction}`)} <strong class="amount">{shown}</strong>
      </span>
      <button type="button" class="link-button" onClick={() => onTake(decimal(limit, language))}>
        {words("limit-take")}
        <span class="unseen"> {shown}</span>
      </button>
    </p>
  );
}
