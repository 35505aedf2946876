import { useAuctionPage, useTerms } from "../auction-page";
import { Chart } from "../chart/chart";
import { Dialog } from "../dialog";
import { priceOf } from "../compared";
import { amount, offer, time } from "../format";
import { Icon } from "../icon";
import { typedOffer } from "../news";
import type { Row } from "../protocol";
import { PresenceText } from "./presence-text";
import { saving } from "./savings";

/** One bidder alone: its connection, its offers over time, and every attempt. */
export function BidderDrawer({ row, onClose }: { row: Row | undefined; onClose: () => void }) {
  const { words } = useAuctionPage();
  if (row?.alias === undefined) return null;
  return (
    <Dialog title={words("history-of", { alias: String(row.alias) })} isDrawer onClose={onClose}>
      <p>
        <PresenceText bidder={row.bidder} />
      </p>
      <BidderFacts row={row} />
      <Chart only={row.alias} />
      <Attempts alias={row.alias} />
      <div class="button-row">
        <button type="button" class="button" onClick={onClose}>
          {words("close")}
        </button>
      </div>
    </Dialog>
  );
}

function BidderFacts({ row }: { row: Row }) {
  const { words, language } = useAuctionPage();
  const terms = useTerms();
  const { values } = terms;
  const first = priceOf(terms) ?? values[0];
  const before = first && row.opening?.[first.id];
  const now = first && row.values?.[first.id];
  const gain = first && before !== undefined && now !== undefined ? saving(before, now, first.direction) : undefined;
  return (
    <dl class="facts">
      {row.opening && (
        <>
          <dt>{words("own-written-offer-of")}</dt>
          <dd>{offer(row.opening, values, language)}</dd>
        </>
      )}
      {row.values && (
        <>
          <dt>{words("column-offer")}</dt>
          <dd>{offer(row.values, values, language)}</dd>
        </>
      )}
      {first && gain !== undefined && (
        <>
          <dt>{words("savings-own")}</dt>
          <dd>{amount(gain, first.unit, language)}</dd>
        </>
      )}
    </dl>
  );
}

/** Newest first, as far as the feed of the page goes back. */
function Attempts({ alias }: { alias: number }) {
  const { store, words, language } = useAuctionPage();
  const terms = useTerms();
  const attempts = store.feed.value.flatMap((item) => (item.news === "attempted" && item.alias === alias ? [item] : [])).reverse();
  if (attempts.length === 0) return <p class="note">{words("history-empty")}</p>;
  return (
    <ol class="history" reversed>
      {attempts.map(({ f, at, n, values, refusal }) => (
        <li key={f}>
          <time dateTime={new Date(at).toISOString()}>{time(at, language)}</time>
          <span>
            {words("attempt-n", { n: String(n) })} · <strong>{typedOffer(values, terms, language)}</strong>
          </span>
          <span class={`chip ${refusal ? "is-refused" : "is-accepted"}`}>
            <Icon name={refusal ? "cross" : "check"} />
            {refusal ? words(`refusal-${refusal.name}`) : words("accepted")}
          </span>
        </li>
      ))}
    </ol>
  );
}
