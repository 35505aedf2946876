import { useAuctionPage, useTerms } from "../auction-page";
import { time } from "../format";
import { Icon } from "../icon";
import { newsSentence } from "../news";
import { alarmsOf } from "./alarms";

/** What an officer should look at now, above the cockpit. */
export function AlarmBand() {
  const { store, words, language, now } = useAuctionPage();
  const terms = useTerms();
  const alarms = alarmsOf(store.feed.value, now.value);
  const around = { words, language, terms, rows: store.state.value?.rows ?? [] };
  return (
    <div class="alarms" role="status">
      {alarms.map((alarm) => (
        <p key={alarm.f} class="notice is-refused">
          <Icon name="cross" /> <strong>{time(alarm.at, language)}</strong> {newsSentence(alarm, around).text}
        </p>
      ))}
    </div>
  );
}
