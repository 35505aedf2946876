import { useSignal } from "@preact/signals";
import { useAuctionPage, useSeat } from "./auction-page";
import { Dialog } from "./dialog";
import { termsSentences } from "./terms-words";

/** The terms in plain words with the hash of their full text. */
export function TermsText() {
  const { words, language } = useAuctionPage();
  const { terms, termsHash } = useSeat();
  return (
    <>
      <ul class="terms-list">
        {termsSentences(terms, words, language).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <p class="note">
        {words("terms-hash")} <code class="hash">{termsHash}</code>
      </p>
    </>
  );
}

/** Opens the terms at any time. */
export function TermsButton() {
  const { words } = useAuctionPage();
  const open = useSignal(false);
  return (
    <>
      <button
        type="button"
        class="link-button"
        onClick={() => {
          open.value = true;
        }}
      >
        {words("terms-open")}
      </button>
      {open.value && (
        <Dialog
          title={words("terms-title")}
          onClose={() => {
            open.value = false;
          }}
        >
          <TermsText />
          <div class="button-row">
            <button
              type="button"
              class="button"
              onClick={() => {
                open.value = false;
              }}
            >
              {words("close")}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
