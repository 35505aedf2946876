import { useAuctionPage } from "../auction-page";
import { BarredNote } from "./barred-note";
import { BidForm } from "./bid-form";
import { ClockPanel } from "./clock-panel";
import { SealedNote } from "./sealed-note";
import { TermsStep } from "./terms-step";

/** What the bidder can do now: accept the terms, wait, or bid. */
export function BidPanel() {
  const { store, words, lot } = useAuctionPage();
  const own = store.own.value;
  const state = store.state.value?.state;
  if (own === undefined || own.excluded) return null;
  if (!own.accepted_terms) return <TermsStep />;
  switch (state) {
    case "published":
      return (
        <div class="panel">
          <p>{words("bid-before-opening")}</p>
          {lot.practice && (
            <p>
              <a href={lot.practice}>{words("practice-offer")}</a>
            </p>
          )}
        </div>
      );
    case "between":
      return <p class="panel">{words("bid-between")}</p>;
    case "open":
    case "paused":
    case "interrupted":
      return <InPhase />;
    default:
      return null;
  }
}

/** What the running phase asks of the bidder. */
function InPhase() {
  const { store } = useAuctionPage();
  const own = store.own.value;
  const kind = store.state.value?.phase?.kind;
  if (own?.barred) return <BarredNote />;
  switch (kind) {
    case "descending-clock":
    case "ascending-clock":
      return <ClockPanel kind={kind} />;
    case "sealed-bid":
      return own?.sealed ? <SealedNote /> : <BidForm />;
    default:
      return <BidForm />;
  }
}
