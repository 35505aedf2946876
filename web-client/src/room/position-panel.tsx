import { useAuctionPage, useTerms } from "../auction-page";
import { comparedName, comparedText } from "../compared";
import { decimal, offer } from "../format";
import { Icon } from "../icon";
import { bestText, gapText } from "../news";
import { positionText } from "../window-title";

/** Where the bidder stands: position, own and best offer, and what lies between. */
export function PositionPanel() {
  const { store, words, language } = useAuctionPage();
  const terms = useTerms();
  const own = store.own.value;
  const state = store.state.value;
  if (own === undefined || state === undefined) return null;
  const around = { words, language, terms, rows: state.rows ?? [] };
  const isLeading = own.position === 1;
  const overtaken = store.overtaken.value && !isLeading;
  return (
    <section class={`panel position ${overtaken ? "is-overtaken" : ""}`} aria-label={words("own-position")}>
      <div class="position-head">
        {own.position !== undefined && <p class="position-number">{positionText(words, own.position, state.participants)}</p>}
        <Standing leading={isLeading} overtaken={overtaken} />
      </div>
      <dl class="facts">
        {own.values && (
          <>
            <dt>{words(own.n === 0 || state.state === "published" ? "own-written-offer" : "own-offer")}</dt>
            <dd class="amount">{offer(own.values, terms.values, language)}</dd>
          </>
        )}
        {own.points && (
          <>
            <dt>{words("own-points")}</dt>
            <dd class="amount">{words("points", { points: decimal(own.points.total, language) })}</dd>
          </>
        )}
        {own.compared !== undefined && (
          <>
            <dt>{comparedName(terms, words)}</dt>
            <dd class="amount">{comparedText(own.compared, terms, language)}</dd>
          </>
        )}
        {state.best && !isLeading && (
          <>
            <dt>{words("best-offer")}</dt>
            <dd class="amount">{bestText(state.best, around)}</dd>
          </>
        )}
        {own.gap !== undefined && !isLeading && (
          <>
            <dt>{words("gap")}</dt>
            <dd class="amount">{gapText(own.gap, around)}</dd>
          </>
        )}
      </dl>
    </section>
  );
}

function Standing({ leading, overtaken }: { leading: boolean; overtaken: boolean }) {
  const { store, words } = useAuctionPage();
  const terms = useTerms();
  const own = store.own.value;
  if (own?.excluded) {
    return (
      <p class="standing is-refused">
        <Icon name="cross" /> {words("own-excluded")}
      </p>
    );
  }
  if (own?.position === undefined) {
    return <p class="standing">{words(own?.values ? "own-not-ranked" : "own-none")}</p>;
  }
  if (leading) {
    // Without an order among equal offers the first place may be shared, and nobody is told whether it is.
    return (
      <p class="standing is-accepted">
        <Icon name="check" /> {words(terms.ties === "earliest" ? "own-leading" : "own-unbeaten")}
      </p>
    );
  }
  if (overtaken) {
    return (
      <p class="standing is-refused">
        <Icon name="down" /> {words("own-overtaken")}
      </p>
    );
  }
  return <p class="standing">{words("own-behind")}</p>;
}
