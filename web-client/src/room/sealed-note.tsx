import { useAuctionPage } from "../auction-page";
import { time } from "../format";
import { Icon } from "../icon";
import { BidAnswer } from "./bid-answer";

/** The own value is placed and cannot be read, by anybody, before the phase ends. */
export function SealedNote() {
  const { store, words, language } = useAuctionPage();
  const until = store.state.value?.phase?.closes_at;
  return (
    <div class="panel sealed-note">
      <p class="standing is-accepted">
        <Icon name="check" /> {until === undefined ? words("sealed") : words("sealed-until", { time: time(until, language) })}
      </p>
      <p class="note">{words("sealed-about")}</p>
      <BidAnswer />
    </div>
  );
}
