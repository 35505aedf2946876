import { useEffect } from "preact/hooks";
import type { AuctionPage } from "./auction-page";
import { LotsTable } from "./cockpit/lots-table";
import { Icon } from "./icon";
import { besides, type Lots } from "./lots";
import { isOwnTurn } from "./phase";
import { positionText, shortTimeLeft } from "./window-title";

/** All lots of the page: for bidders and observers a strip, for officers rows with more in them. */
export function LotStrip({ lots }: { lots: Lots }) {
  useLotKeys(lots);
  const words = lots.pages[0]?.words;
  if (words === undefined) return null;
  const isOfficer = lots.pages.some(({ store }) => store.seat.value?.role === "officer");
  return (
    <nav class="lots" aria-label={words("lots-of-tender")}>
      {isOfficer ? (
        <LotsTable lots={lots} />
      ) : (
        <ol class="lot-strip">
          {lots.pages.map((page, index) => (
            <li key={page.lot.auction}>
              <LotButton page={page} isShown={index === lots.shown.value} onShow={() => show(lots, index)} />
            </li>
          ))}
        </ol>
      )}
      <p class="lot-keys">{words("lot-keys")}</p>
    </nav>
  );
}

export function show(lots: Lots, index: number): void {
  lots.shown.value = index;
}

/** Name, countdown, own position, and whether somebody has overtaken the bidder there. */
function LotButton({ page, isShown, onShow }: { page: AuctionPage; isShown: boolean; onShow: () => void }) {
  const { store, words, language, lot } = page;
  const position = store.own.value?.position;
  const isOvertaken = store.overtaken.value;
  return (
    <button
      type="button"
      class={`lot-button ${isOvertaken ? "is-overtaken" : ""}`}
      aria-current={isShown ? "true" : undefined}
      title={lot.name?.title[language]}
      onClick={onShow}
    >
      <span class="lot-button-name">
        <strong>{words("lot", { number: lot.name?.number ?? "" })}</strong> <span class="lot-button-title">{lot.name?.title[language]}</span>
      </span>
      <span class="lot-button-facts">
        <span>{shortTimeLeft(page) ?? words("no-time")}</span>
        {position !== undefined && (
          <span>
            <span class="unseen">{words("own-position")}: </span>
            {positionText(words, position, store.state.value?.participants)}
          </span>
        )}
        {isOwnTurn(store.state.value, store.own.value) && <strong>{words("turn-yours")}</strong>}
        {isOvertaken && (
          <span class="is-refused">
            <Icon name="down" /> {words("lot-overtaken")}
          </span>
        )}
      </span>
    </button>
  );
}

/** Whoever switches by keys goes on with them: in the amount, else at the lot's name. */
function focusLot(): void {
  const place = document.querySelector(".bid-field input") ?? document.querySelector(".lots [aria-current]");
  if (place instanceof HTMLElement) place.focus();
}

/** Alt+Page Down and Alt+Page Up go round the lots: free in browsers and screen readers, and typed
 *  text is never lost by them. A dialog is finished first. */
function useLotKeys(lots: Lots): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const step = ({ PageDown: 1, PageUp: -1 } as const)[event.key];
      if (step === undefined || !event.altKey || event.ctrlKey || event.shiftKey || event.metaKey) return;
      if (document.querySelector("dialog[open]")) return;
      event.preventDefault();
      show(lots, besides(lots.shown.value, step, lots.pages.length));
      requestAnimationFrame(focusLot);
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [lots]);
}
