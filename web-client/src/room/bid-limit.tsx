import { useAuctionPage } from "../auction-page";
import { amount, decimal } from "../format";
import type { Value } from "../protocol";
import { typeValue } from "./typed-offer";

/** What may be entered now, and steps to take; `id` names the sentence for the field. */
export function BidLimit({ value, id }: { value: Value; id: string }) {
  return (
    <div class="bid-limit">
      <LimitHint value={value} id={id} />
      <StepButtons value={value} />
    </div>
  );
}

/** "Możesz wpisać najwyżej 118 500,00 zł". */
function LimitHint({ value, id }: { value: Value; id: string }) {
  const { words, language, store } = useAuctionPage();
  const limit = store.own.value?.limits[value.id];
  if (limit === undefined) return <span id={id} />;
  return (
    <p class="hint limit" id={id}>
      {limit === null ? (
        words("limit-none")
      ) : (
        <>
          {words(`limit-${value.direction}`)} <strong class="amount">{amount(limit, value.unit, language)}</strong>
        </>
      )}
    </p>
  );
}

/** Put the server's own amounts into the field: one step, and one more. */
function StepButtons({ value }: { value: Value }) {
  const page = useAuctionPage();
  const { words, language, store } = page;
  const own = store.own.value;
  const steps = [
    { name: words("step-one"), reached: own?.limits[value.id] },
    { name: words("step-two"), reached: own?.limits_next?.[value.id] },
  ];
  return (
    <div class="step-buttons">
      {steps.map(
        ({ name, reached }) =>
          typeof reached === "string" && (
            <button key={name} type="button" class="button button-secondary button-small" onClick={() => typeValue(page, value.id, decimal(reached, language))}>
              <span class="step-name">{name}</span> <span class="amount">{amount(reached, value.unit, language)}</span>
            </button>
          ),
      )}
    </div>
  );
}
