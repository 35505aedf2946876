import { useAuctionPage } from "../auction-page";
import { signedSeconds } from "../format";

/** "połączony · 24 ms · zegar +0,1 s", or that nobody is there. */
export function PresenceText({ bidder }: { bidder: string | undefined }) {
  const { store, words, language } = useAuctionPage();
  const present = store.presence.value?.bidders.find((one) => one.bidder === bidder);
  if (present === undefined || present.connections === 0) return <span class="presence is-away">{words("presence-away")}</span>;
  const parts = [words("presence-here", { count: present.connections })];
  if (present.rtt_ms !== undefined) parts.push(words("milliseconds", { count: String(present.rtt_ms) }));
  if (present.offset_ms !== undefined) parts.push(words("presence-clock", { seconds: signedSeconds(present.offset_ms, language) }));
  return <span class="presence">{parts.join(" · ")}</span>;
}
