import { useId } from "preact/hooks";
import { amountInWords } from "../amount-words";
import { useAuctionPage } from "../auction-page";
import { taxOf } from "../compared";
import { typedDecimal, unitName } from "../format";
import { lotText } from "../lots";
import type { Refusal, Value } from "../protocol";
import { BidLimit } from "./bid-limit";
import { typeValue } from "./typed-offer";

/** One auctioned value: its name, the field, and the amount in words beneath. The limit stands with
 *  it, unless the form shows it elsewhere, named by `limitId`. */
export function BidField(props: { value: Value; text: string; refusal: Refusal | undefined; limitId: string | undefined }) {
  const page = useAuctionPage();
  const { words, language } = page;
  const { value, text, refusal } = props;
  const lot = lotText(page);
  const tax = taxOf(value);
  const id = useId();
  const limitId = props.limitId ?? `${id}-limit`;
  const isWrong = refusal !== undefined && "value" in refusal && refusal.value === value.id && refusal.name !== "needs-confirmation";
  return (
    <div class={`field bid-field ${isWrong ? "has-error" : ""}`}>
      <label for={id}>
        {value.name[language]}
        {tax && ` (${words(`tax-${tax}`)})`}
        {lot && <span class="note"> {lot}</span>}
      </label>
      {props.limitId === undefined && <BidLimit value={value} id={limitId} />}
      <span class="amount-with-unit">
        <input
          class="input is-amount"
          id={id}
          name={value.id}
          value={text}
          inputMode="decimal"
          autocomplete="off"
          maxLength={40}
          aria-describedby={`${limitId} ${id}-words bid-preview`}
          aria-invalid={isWrong}
          onInput={(event) => typeValue(page, value.id, event.currentTarget.value)}
        />
        <span aria-hidden="true">{unitName(value.unit, language)}</span>
      </span>
      {value.unit === "PLN" && (
        <p class="amount-words" id={`${id}-words`}>
          {amountInWords(typedDecimal(text, value.decimals) ?? "", value.unit, language)}
        </p>
      )}
    </div>
  );
}
