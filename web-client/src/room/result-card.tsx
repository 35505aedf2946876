import { useAuctionPage, useTerms } from "../auction-page";
import { comparedName, comparedText } from "../compared";
import { dateTime, decimal, offer } from "../format";
import type { AuctionResult, Winner } from "../protocol";
import { lastNews } from "../store";
import { positionText } from "../window-title";
import { SaveReceipts } from "./save-receipts";

/** The end: who won with what, where the bidder stands, and how anyone can check it. */
export function ResultCard() {
  const { store, words, language } = useAuctionPage();
  const state = store.state.value;
  if (state?.closed_at === undefined) return null;
  // A cancelled auction is sealed too, and then its state alone does not tell.
  const isCancelled = state.cancelled === true || state.state === "cancelled";
  const result = isCancelled ? undefined : state.result;
  return (
    <section class={`panel result ${isCancelled ? "is-cancelled" : ""}`} aria-label={words(isCancelled ? "result-cancelled" : "result-title")}>
      <h2>{words(isCancelled ? "result-cancelled" : "result-title")}</h2>
      <p class="note">{words("ended-at", { time: dateTime(state.closed_at, language) })}</p>
      {isCancelled && <CancelReason />}
      {result && (
        <>
          <WinnerFacts result={result} winner={store.winner.value} />
          <OwnEnd result={result} />
          <Standings result={result} />
        </>
      )}
      <Verification />
    </section>
  );
}

function CancelReason() {
  const { store, words } = useAuctionPage();
  const reason = lastNews(store.feed.value, "cancelled")?.reason;
  return (
    <p>
      {words("result-cancelled-about")} {reason && words("reason", { reason })}
    </p>
  );
}

function WinnerFacts({ result, winner }: { result: AuctionResult; winner: Winner | undefined }) {
  const { words, language } = useAuctionPage();
  const terms = useTerms();
  if (result.winner === undefined) {
    const key = result.tied && result.tied.length > 0 ? "result-tied" : "result-nobody";
    return <p>{words(key)}</p>;
  }
  const standing = result.standings.find(({ alias }) => alias === result.winner);
  return (
    <>
      <p class="note">{words("result-best")}</p>
      <p class="result-winner">{winner?.name ?? words("alias", { alias: String(result.winner) })}</p>
      <dl class="facts">
        {winner && (
          <>
            <dt>{words("result-seat")}</dt>
            <dd>{winner.seat}</dd>
            {winner.tax_id !== "" && (
              <>
                <dt>{words("result-tax-id")}</dt>
                <dd>{winner.tax_id}</dd>
              </>
            )}
          </>
        )}
        {standing && (
          <>
            <dt>{words("result-values")}</dt>
            <dd class="amount">{offer(standing.values, terms.values, language)}</dd>
          </>
        )}
        {standing?.points && (
          <>
            <dt>{words("result-points")}</dt>
            <dd class="amount">{words("points", { points: decimal(standing.points.total, language) })}</dd>
          </>
        )}
        {standing?.compared !== undefined && (
          <>
            <dt>{comparedName(terms, words)}</dt>
            <dd class="amount">{comparedText(standing.compared, terms, language)}</dd>
          </>
        )}
      </dl>
    </>
  );
}

function OwnEnd({ result }: { result: AuctionResult }) {
  const { store, words } = useAuctionPage();
  const alias = store.own.value?.alias;
  const own = result.standings.find((standing) => standing.alias === alias);
  if (alias === undefined || own === undefined) return null;
  return (
    <p class={`notice ${own.alias === result.winner ? "is-accepted" : ""}`}>
      {words(own.alias === result.winner ? "result-own-won" : "result-own", {
        position: positionText(words, own.position, result.standings.length),
      })}
    </p>
  );
}

function Standings({ result }: { result: AuctionResult }) {
  const { store, words, language } = useAuctionPage();
  const terms = useTerms();
  const own = store.own.value?.alias;
  const hasPoints = result.standings.some(({ points }) => points !== undefined);
  const hasCompared = result.standings.some(({ compared }) => compared !== undefined);
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label={words("result-standings")}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{words("column-position")}</th>
            <th scope="col">{words("column-bidder")}</th>
            <th scope="col" class="is-number">
              {words("column-offer")}
            </th>
            {hasPoints && (
              <th scope="col" class="is-number">
                {words("column-points")}
              </th>
            )}
            {hasCompared && (
              <th scope="col" class="is-number">
                {comparedName(terms, words)}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {result.standings.map(({ alias, position, values, points, compared }) => (
            <tr key={alias} class={alias === own ? "is-own" : undefined}>
              <td>{position}.</td>
              <th scope="row">
                {words("alias", { alias: String(alias) })} {alias === own && <span class="note">{words("you")}</span>}
              </th>
              <td class="is-number">{offer(values, terms.values, language)}</td>
              {hasPoints && <td class="is-number">{points && decimal(points.total, language)}</td>}
              {hasCompared && <td class="is-number">{compared && comparedText(compared, terms, language)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What to take home, and how anyone checks it. The whole log is public from sealing on. */
function Verification() {
  const { store, words } = useAuctionPage();
  const address = `/api/auctions/${store.auction}/log`;
  const isSealed = store.state.value?.state === "sealed";
  return (
    <div class="verification">
      <h3>{words("evidence")}</h3>
      <p class="button-row">
        {isSealed && (
          <a class="button button-secondary button-small" href={address} download={`ebok-${store.auction}.json`}>
            {words("log-link")}
          </a>
        )}
        <a class="button button-secondary button-small" href="/.well-known/ebok-keys.json" download="ebok-keys.json">
          {words("keys-link")}
        </a>
        <SaveReceipts look="button button-secondary button-small" />
      </p>
      {!isSealed && <p class="note">{words("log-later")}</p>}
      <p class="note">{words("log-verify")}</p>
      <code class="command">{words("log-command", { file: `ebok-${store.auction}.json` })}</code>
    </div>
  );
}
