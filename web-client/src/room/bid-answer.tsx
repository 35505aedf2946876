import { useAuctionPage, useTerms } from "../auction-page";
import { Icon } from "../icon";
import { typedOffer } from "../news";
import type { Amounts } from "../protocol";
import { refusalSentence } from "../refusal-words";
import type { Answer } from "../store";
import type { Words } from "../words";

/** What the last own bid or level came to, or that it is still on its way. Spoken, as it answers a press of
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
  if (answer === undefined || count > 0) return null;
  const said = answeredText(answer, (values) => typedOffer(values, terms, language), words);
  if (said === undefined) return null;
  if (answer.accepted) {
    return (
      <p class="is-accepted">
        <Icon name="check" /> {said}
      </p>
    );
  }
  return (
    <p class="is-refused">
      <Icon name="cross" /> {words("bid-refused")} {refusalSentence(answer.refusal, answer.sentence, { words, language, values: terms.values })}
    </p>
  );
}

/** What an accepted command of the form came to; none for those that are answered elsewhere. */
function answeredText({ command, became }: Answer, offerText: (values: Amounts) => string, words: Words): string | undefined {
  switch (command.type) {
    case "bid": {
      const offer = offerText(command.values);
      if (became === "bid-held" || became === "bid-sealed") return words(`answer-${became}`, { offer });
      return words("bid-accepted", { offer });
    }
    case "accept-level": {
      // Who stays at a level sees it for as long as the level stands.
      const level = offerText({ level: command.level });
      return became === "bid-accepted" ? words("answer-level-taken", { level }) : undefined;
    }
    case "withdraw":
    case "leave-clock":
      return words(`answer-${command.type}`);
    default:
      return undefined;
  }
}
