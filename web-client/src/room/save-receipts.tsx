import { useAuctionPage } from "../auction-page";
import { Icon } from "../icon";
import type { Receipt } from "../protocol";
import { saveJson } from "../save-json";

/** Saves what `ebok verify --receipt` reads. */
export function saveReceipt({ auction, n, receipt }: Receipt): void {
  saveJson(`ebok-${auction.slice(0, 8)}-${n}.json`, receipt);
}

/** All own receipts in one file, which is verified as one. */
export function SaveReceipts({ look }: { look: "link-button" | "button button-secondary button-small" }) {
  const { store, words } = useAuctionPage();
  const receipts = store.receipts.value;
  if (receipts.length === 0) return null;
  const save = () => saveJson(`ebok-${store.auction.slice(0, 8)}-receipts.json`, receipts.map(({ receipt }) => receipt));
  return (
    <button type="button" class={look} onClick={save}>
      <Icon name="arrow" /> {words("receipts-all", { count: receipts.length })}
    </button>
  );
}
