import { useAuctionPage, useSeat } from "../auction-page";
import { newCommandId } from "../commands";
import { TermsText } from "../terms-dialog";

/** Before the first bid: the terms in plain words, and one button that accepts their hash. */
export function TermsStep() {
  const { store, connection, words, language } = useAuctionPage();
  const { termsHash } = useSeat();
  const isSent = connection.unanswered.of(store.auction).some(({ type }) => type === "accept-terms");
  const answer = store.answer.value;
  const refused = answer?.command.type === "accept-terms" && !answer.accepted ? answer.sentence : undefined;
  const accept = () => {
    if (isSent) return;
    const id = newCommandId();
    connection.command({ type: "accept-terms", auction: store.auction, id, terms_hash: termsHash });
  };
  return (
    <section class="panel terms-step" aria-labelledby="terms-step">
      <h2 id="terms-step">{words("terms-step-title")}</h2>
      <div class="panel-scroll" tabIndex={0} role="group" aria-labelledby="terms-step">
        <TermsText />
      </div>
      {refused && (
        <p class="bid-answer is-refused" role="alert">
          {refused[language]}
        </p>
      )}
      <div class="room-dock">
        <button type="button" class="button is-wide" aria-disabled={isSent} onClick={accept}>
          {words(isSent ? "sending" : "terms-accept")}
        </button>
      </div>
    </section>
  );
}
