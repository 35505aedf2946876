import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { useAuctionPage, useTerms } from "../auction-page";
import { Dialog } from "../dialog";
import { amount, decimal, typedDecimal, unitName } from "../format";
import { lotText } from "../lots";
import type { Amounts, ValueId } from "../protocol";

/** A bid whose large change of one value is to be typed once more. */
export interface Confirming {
  values: Amounts;
  /** Values that were confirmed before. */
  confirm: Amounts;
  value: ValueId;
  from: string;
  to: string;
  percent: string;
}

/** Asks for the new amount once more before a large change is sent. */
export function ConfirmDialog(props: {
  confirming: Confirming;
  onConfirm: (values: Amounts, confirm: Amounts) => void;
  onClose: () => void;
}) {
  const page = useAuctionPage();
  const { words, language } = page;
  const title = [words("confirm-title"), lotText(page)].filter(Boolean).join(" – ");
  const { values, confirm, value: id, from, to, percent } = props.confirming;
  const value = useTerms().values.find((value) => value.id === id);
  const typed = useSignal("");
  const isWrong = useSignal(false);
  const field = useId();
  const unit = value?.unit ?? "";
  const submit = (event: Event) => {
    event.preventDefault();
    // The server compares again; this only spares a refused attempt.
    isWrong.value = typedDecimal(typed.value, value?.decimals ?? 0) !== to;
    if (isWrong.value) document.getElementById(field)?.focus();
    else props.onConfirm(values, { ...confirm, [id]: typed.value });
  };
  return (
    <Dialog title={title} onClose={props.onClose}>
      <form onSubmit={submit} noValidate>
        <dl class="facts">
          <dt>{words("confirm-from")}</dt>
          <dd class="amount">{amount(from, unit, language)}</dd>
          <dt>{words("confirm-to")}</dt>
          <dd class="amount confirm-to">{amount(to, unit, language)}</dd>
          <dt>{words("confirm-change")}</dt>
          <dd class="amount">{words("percent", { percent: decimal(percent, language) })}</dd>
        </dl>
        <div class={`field ${isWrong.value ? "has-error" : ""}`}>
          <label for={field}>{words("confirm-field", { name: value?.name[language] ?? id })}</label>
          {isWrong.value && (
            <p class="error" id={`${field}-error`} role="alert">
              {words("confirm-wrong", { offer: amount(to, unit, language) })}
            </p>
          )}
          <span class="amount-with-unit">
            <input
              class="input is-amount"
              id={field}
              inputMode="decimal"
              autocomplete="off"
              maxLength={40}
              aria-invalid={isWrong.value}
              aria-describedby={isWrong.value ? `${field}-error` : undefined}
              value={typed.value}
              onInput={(event) => {
                typed.value = event.currentTarget.value;
              }}
            />
            <span aria-hidden="true">{unitName(unit, language)}</span>
          </span>
        </div>
        <div class="button-row">
          <button type="submit" class="button">
            {words("confirm-submit", { offer: amount(to, unit, language) })}
          </button>
          <button type="button" class="button button-secondary" onClick={props.onClose}>
            {words("back")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
