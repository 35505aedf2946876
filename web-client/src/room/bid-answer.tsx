import { useAuctionPage, useTerms } from "../auction-page";
import { Icon } from "../icon";
import { typedOffer } from "../news";
import { refusalSentence } from "../refusal-words";

/** What the last own bid came to, or that it is still on its way. Spoken, as it answers a press of
 *  the button. */
export function BidAnswer() {
  return (
    <div class="bid-answer" role="status">
      <AnswerText />
    </div>
  );
}

function AnswerText() {
  const { store, connection, words, language } = useAuctionPage();
  const terms = useTerms();
  const count = connection.unanswered.of(store.auction).length;
  if (connection.link.value.state !== "connected") {
    return <p class="is-refused">{words(count > 0 ? "unsent" : "bid-no-link")}</p>;
  }
  const stopped = store.state.value?.state;
  if (stopped === "paused" || stopped === "interrupted") return <p>{words("bid-stopped")}</p>;
  const answer = store.answer.value;
  if (answer?.command.type !== "bid" || count > 0) return null;
  const values = typedOffer(answer.command.values, terms, language);
  if (answer.accepted) {
    return (
      <p class="is-accepted">
        <Icon name="check" /> {words("bid-accepted", { offer: values })}
      </p>
    );
  }
  return (
    <p class="is-refused">
      <Icon name="cross" /> {words("bid-refused")} {refusalSentence(answer.refusal, answer.sentence, { words, language, values: terms.values })}
    </p>
  );
}
