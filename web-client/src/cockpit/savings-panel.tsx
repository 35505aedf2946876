import { useAuctionPage, useTerms } from "../auction-page";
import { priceOf } from "../compared";
import { amount } from "../format";
import { bestOpening, saving } from "./savings";

/** The leading offer against what was reckoned with and against the best written offer. */
export function SavingsPanel() {
  const { store, words, language, estimate } = useAuctionPage();
  const terms = useTerms();
  const price = priceOf(terms);
  const value = price ?? terms.values[0];
  const rows = store.state.value?.rows ?? [];
  if (value === undefined) return null;
  const { id, unit, direction } = value;
  const now = rows.find(({ position }) => position === 1)?.values?.[id];
  const opening = bestOpening(rows, id, direction);
  const text = (decimal: string) => amount(decimal, unit, language);
  const compared = (before: string | undefined) => {
    const gain = before !== undefined && now !== undefined ? saving(before, now, direction) : undefined;
    return gain === undefined ? words("no-best") : text(gain);
  };
  return (
    <section class="panel savings" aria-label={words("savings-title")}>
      <p class="note">{words("savings-best", { name: value.name[language] })}</p>
      <p class="position-number amount">{now === undefined ? words("no-best") : text(now)}</p>
      <dl class="facts">
        {price && estimate !== undefined && (
          <>
            <dt>{words("savings-estimate", { estimate: text(estimate) })}</dt>
            <dd class="amount">{compared(estimate)}</dd>
          </>
        )}
        {opening !== undefined && (
          <>
            <dt>{words("savings-opening", { opening: text(opening) })}</dt>
            <dd class="amount">{compared(opening)}</dd>
          </>
        )}
      </dl>
      {estimate !== undefined && value.tax === "gross" && <p class="note">{words("savings-gross")}</p>}
    </section>
  );
}
