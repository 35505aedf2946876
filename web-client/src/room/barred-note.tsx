import { useAuctionPage } from "../auction-page";
import { BidAnswer } from "./bid-answer";

/** The running phase is for others; the own offer goes on counting. */
export function BarredNote() {
  const { store, words } = useAuctionPage();
  const kind = store.state.value?.phase?.kind;
  const why = kind === "tie-break" || kind === "descending-clock" ? `barred-${kind}` : "barred";
  return (
    <div class="panel">
      <p>{words(why)}</p>
      {store.own.value?.values && <p>{words("barred-stands")}</p>}
      <BidAnswer />
    </div>
  );
}
