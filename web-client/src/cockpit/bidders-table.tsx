import { useSignal } from "@preact/signals";
import { useAuctionPage, useTerms } from "../auction-page";
import { comparedName, comparedText } from "../compared";
import { decimal, offer, time } from "../format";
import { Icon } from "../icon";
import type { Row } from "../protocol";
import { ActDialog, type ActKind } from "./act-dialog";
import { BidderDrawer } from "./bidder-drawer";
import { PresenceText } from "./presence-text";

/** Every bidder under its alias: connection, place, offer, attempts, and acts on it. */
export function BiddersTable() {
  const { store, words, readOnly } = useAuctionPage();
  const terms = useTerms();
  const chosen = useSignal<ActKind | undefined>(undefined);
  const looked = useSignal<string | undefined>(undefined);
  const rows = store.state.value?.rows ?? [];
  if (rows.length === 0) return <p class="note">{words("bidders-none")}</p>;
  const hasPoints = terms.evaluation.by === "points";
  const hasCompared = rows.some(({ compared }) => compared !== undefined);
  const hasActs = !readOnly && store.state.value?.closed_at === undefined && (terms.conduct.annul || terms.conduct.exclude);
  return (
    <>
      <div class="table-scroll" tabIndex={0} role="group" aria-label={words("tab-bidders")}>
        <table class="table table-stacked table-dense">
          <thead>
            <tr>
              <th scope="col">{words("column-position")}</th>
              <th scope="col">{words("column-bidder")}</th>
              <th scope="col">{words("column-presence")}</th>
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
              <th scope="col" class="is-number">
                {words("column-attempts")}
              </th>
              <th scope="col">{words("column-changed")}</th>
              {hasActs && <th scope="col">{words("column-acts")}</th>}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <BidderRow
                key={row.bidder}
                row={row}
                hasPoints={hasPoints}
                hasCompared={hasCompared}
                hasActs={hasActs}
                onLook={() => {
                  looked.value = row.bidder;
                }}
                onAct={(kind) => {
                  chosen.value = kind;
                }}
              />
            ))}
          </tbody>
        </table>
      </div>
      <BidderDrawer
        row={looked.value === undefined ? undefined : rows.find(({ bidder }) => bidder === looked.value)}
        onClose={() => {
          looked.value = undefined;
        }}
      />
      {chosen.value && (
        <ActDialog
          kind={chosen.value}
          onClose={() => {
            chosen.value = undefined;
          }}
        />
      )}
    </>
  );
}

function BidderRow(props: { row: Row; hasPoints: boolean; hasCompared: boolean; hasActs: boolean; onLook: () => void; onAct: (kind: ActKind) => void }) {
  const { store, words, language } = useAuctionPage();
  const terms = useTerms();
  const { row } = props;
  const values = row.values && offer(row.values, terms.values, language);
  const changed = row.alias === undefined ? undefined : store.lastAccepted.value.get(row.alias);
  return (
    <tr class={row.excluded ? "is-excluded" : undefined}>
      <td data-label={words("column-position")}>{row.position === undefined ? "–" : `${row.position}.`}</td>
      <th scope="row">
        {row.alias === undefined ? (
          words("alias-none")
        ) : (
          <button type="button" class="link-button" onClick={props.onLook}>
            {words("alias", { alias: String(row.alias) })}
            <span class="unseen"> {words("history")}</span>
          </button>
        )}{" "}
        <Marks row={row} />
      </th>
      <td data-label={words("column-presence")}>
        <PresenceText bidder={row.bidder} />
      </td>
      <td class="is-number" data-label={words("column-offer")}>
        {values ?? "–"}
      </td>
      {props.hasPoints && (
        <td class="is-number" data-label={words("column-points")}>
          {row.points ? decimal(row.points.total, language) : "–"}
        </td>
      )}
      {props.hasCompared && (
        <td class="is-number" data-label={comparedName(terms, words)}>
          {row.compared === undefined ? "–" : comparedText(row.compared, terms, language)}
        </td>
      )}
      <td class="is-number" data-label={words("column-attempts")}>
        {words("attempts-count", { accepted: String(row.bids ?? 0), all: String(row.n ?? 0) })}
      </td>
      <td data-label={words("column-changed")}>{changed === undefined ? "–" : time(changed, language)}</td>
      {props.hasActs && (
        <td data-label={words("column-acts")}>
          <RowActs row={row} values={values} onAct={props.onAct} />
        </td>
      )}
    </tr>
  );
}

function Marks({ row }: { row: Row }) {
  const { words } = useAuctionPage();
  return (
    <>
      {row.excluded && (
        <span class="chip is-refused">
          <Icon name="cross" />
          {words("mark-excluded")}
        </span>
      )}
      {row.abnormally_low && (
        <span class="chip is-extended">
          <Icon name="down" />
          {words("mark-low")}
        </span>
      )}
      {!row.accepted_terms && <span class="chip">{words("mark-terms")}</span>}
    </>
  );
}

function RowActs({ row, values, onAct }: { row: Row; values: string | undefined; onAct: (kind: ActKind) => void }) {
  const { words } = useAuctionPage();
  const { conduct } = useTerms();
  const { alias, current_n } = row;
  if (alias === undefined || row.excluded) return null;
  const name = <span class="unseen"> {words("alias", { alias: String(alias) })}</span>;
  return (
    <span class="row-acts">
      {conduct.annul && current_n !== undefined && current_n > 0 && (
        <button type="button" class="link-button is-danger" onClick={() => onAct({ type: "annul", alias, n: current_n, offer: values ?? "" })}>
          {words("act-annul")}
          {name}
        </button>
      )}
      {conduct.exclude && (
        <button type="button" class="link-button is-danger" onClick={() => onAct({ type: "exclude", alias })}>
          {words("act-exclude")}
          {name}
        </button>
      )}
    </span>
  );
}
