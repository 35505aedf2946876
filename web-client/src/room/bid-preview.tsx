import { useAuctionPage, useTerms } from "../auction-page";
import { comparedName, comparedText } from "../compared";
import { decimal } from "../format";
import { refusalSentence } from "../refusal-words";
import type { Previewed } from "../store";

/** What the server says the typed bid would come to. It keeps its room, so that nothing jumps. */
export function BidPreview({ previewed }: { previewed: Previewed | undefined }) {
  const { words, language } = useAuctionPage();
  const terms = useTerms();
  const parts: string[] = [];
  const preview = previewed?.preview;
  for (const { id, name } of terms.values) {
    const percent = preview?.change_percent?.[id];
    if (percent === undefined) continue;
    const text = words("percent", { percent: decimal(percent, language) });
    parts.push(
      terms.values.length === 1
        ? words("preview-change", { percent: text })
        : words("preview-change-of", { name: name[language], percent: text }),
    );
  }
  if (preview?.points) parts.push(words("points", { points: decimal(preview.points.total, language) }));
  if (preview?.compared !== undefined) {
    parts.push(words("compared-as", { name: comparedName(terms, words), number: comparedText(preview.compared, terms, language) }));
  }
  const needsConfirmation = preview?.refusal?.name === "needs-confirmation";
  const isRefused = preview?.refusal !== undefined && !needsConfirmation;
  return (
    <div class="bid-preview" id="bid-preview">
      {parts.length > 0 && <p>{parts.join(" · ")}</p>}
      {needsConfirmation && <p>{words("preview-confirm")}</p>}
      {isRefused && <p class="is-refused">{refusalSentence(preview?.refusal, previewed?.sentence, { words, language, values: terms.values })}</p>}
    </div>
  );
}
