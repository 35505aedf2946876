import { useAuctionPage, useTerms } from "./auction-page";
import { Icon, type IconName } from "./icon";
import { time } from "./format";
import { newsSentence, type Tone } from "./news";

const ICON: Record<Tone, IconName | undefined> = {
  "": undefined,
  "is-live": "play",
  "is-accepted": "check",
  "is-refused": "cross",
  "is-extended": "clock",
};

/** Items on the page at once; the rest of the kept ones would only slow it down. */
const SHOWN_MAX = 200;

/** What happened, newest first, each with the server's time. */
export function Feed() {
  const { store, words, language } = useAuctionPage();
  const terms = useTerms();
  const around = { words, language, terms, rows: store.state.value?.rows ?? [], own: store.own.value?.alias };
  const shown = store.feed.value.slice(-SHOWN_MAX).reverse();
  if (shown.length === 0) return <p class="note">{words("feed-empty")}</p>;
  return (
    <ol class="feed" reversed>
      {shown.map((item) => {
        const { text, tone } = newsSentence(item, around);
        const icon = ICON[tone];
        return (
          <li key={item.f} class={tone}>
            <time dateTime={new Date(item.at).toISOString()}>{time(item.at, language)}</time>
            <span>
              {icon && <Icon name={icon} />} {text}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
