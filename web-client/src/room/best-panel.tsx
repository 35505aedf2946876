import { useAuctionPage, useTerms } from "../auction-page";
import { bestText } from "../news";

/** What an observer may know of the offers: the best one, as far as the terms show it. */
export function BestPanel() {
  const { store, words, language } = useAuctionPage();
  const terms = useTerms();
  const state = store.state.value;
  const best = state?.best && bestText(state.best, { words, language, terms, rows: [] });
  return (
    <section class="panel position" aria-label={words("best-offer")}>
      <p class="note">{words("best-offer")}</p>
      <p class="position-number amount">{best ?? words("no-best")}</p>
      {state?.participants !== undefined && <p>{words("participants", { count: state.participants })}</p>}
      <p class="note">{words("observer-note")}</p>
    </section>
  );
}
