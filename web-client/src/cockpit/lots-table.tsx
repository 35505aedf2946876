import { AuctionPageContext, type AuctionPage, useAuctionPage } from "../auction-page";
import { Sparkline } from "../chart/sparkline";
import { Icon } from "../icon";
import type { Lots } from "../lots";
import { bestText } from "../news";
import { StateChip } from "../state-chip";
import { shortTimeLeft } from "../window-title";
import { alarmsOf } from "./alarms";

/** Several auctions at once: one row each, of which one is shown below. */
export function LotsTable({ lots }: { lots: Lots }) {
  const words = lots.pages[0]?.words;
  if (words === undefined) return null;
  return (
    <div class="table-scroll lots-scroll" tabIndex={0} role="group" aria-label={words("lots-of-tender")}>
      <table class="table table-dense">
        <thead>
          <tr>
            <th scope="col">{words("column-lot")}</th>
            <th scope="col">{words("column-state")}</th>
            <th scope="col" class="is-number">
              {words("column-left")}
            </th>
            <th scope="col" class="is-number">
              {words("best-offer")}
            </th>
            <th scope="col">{words("column-course")}</th>
            <th scope="col">{words("column-presence")}</th>
          </tr>
        </thead>
        <tbody>
          {lots.pages.map((page, index) => (
            <AuctionPageContext.Provider value={page} key={page.lot.auction}>
              <LotRow
                isShown={index === lots.shown.value}
                onShow={() => {
                  lots.shown.value = index;
                }}
              />
            </AuctionPageContext.Provider>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function LotRow({ isShown, onShow }: { isShown: boolean; onShow: () => void }) {
  const page = useAuctionPage();
  const { store, words, language, lot, now } = page;
  const hasAlarm = alarmsOf(store.feed.value, now.value).length > 0;
  return (
    <tr class={isShown ? "is-own" : undefined}>
      <th scope="row">
        <button type="button" class="link-button lot-row-name" aria-current={isShown ? "true" : undefined} onClick={onShow}>
          {words("lot", { number: lot.name?.number ?? "" })} · {lot.name?.title[language]}
        </button>
      </th>
      <td>
        <StateChip isShort />
{" "}
        {hasAlarm && (
          <span class="chip is-refused">
            <Icon name="cross" />
            {words("mark-alarm")}
          </span>
        )}
      </td>
      <td class="is-number">{shortTimeLeft(page) ?? words("no-time")}</td>
      <td class="is-number">{bestOf(page)}</td>
      <td>
        <Sparkline />
      </td>
      <td>{connectedText(page)}</td>
    </tr>
  );
}

function bestOf({ store, words, language }: AuctionPage): string {
  const seat = store.seat.value;
  const state = store.state.value;
  const best = seat && state?.best && bestText(state.best, { words, language, terms: seat.terms, rows: [] });
  return best || words("no-best");
}

/** "4 z 5": how many of the admitted bidders are connected. */
function connectedText({ store, words }: AuctionPage): string {
  const rows = store.state.value?.rows ?? [];
  const here = (store.presence.value?.bidders ?? []).filter(({ connections }) => connections > 0);
  return words("connected-of", { here: String(here.length), all: String(rows.length) });
}
