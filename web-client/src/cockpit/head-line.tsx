import { useAuctionPage } from "../auction-page";

/** The running head of the log, to be written down as evidence, and how many only watch. */
export function HeadLine() {
  const { store, words } = useAuctionPage();
  const head = store.head.value;
  const observers = store.presence.value?.observers;
  return (
    <div class="head-line">
      {head && (
        <p class="note">
          {words("head", { seq: String(head.seq) })} <code class="hash">{head.head}</code>
        </p>
      )}
      {observers !== undefined && <p class="note">{words("observers", { count: observers })}</p>}
    </div>
  );
}
