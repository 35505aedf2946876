import { useSignal } from "@preact/signals";
import { useAuctionPage, useTerms } from "../auction-page";
import { ActDialog, type ActKind } from "./act-dialog";

/** Acts on the whole auction, as far as its state and its terms allow them. */
export function ActBar() {
  const { store, words, readOnly } = useAuctionPage();
  const { conduct } = useTerms();
  const chosen = useSignal<ActKind | undefined>(undefined);
  const state = store.state.value;
  if (readOnly) return <p class="chip">{words("read-only")}</p>;
  if (state === undefined || state.closed_at !== undefined) return null;
  const isStopped = state.state === "paused" || state.state === "interrupted";
  const kinds: ActKind[] = [{ type: "announce" }];
  if (isStopped && state.resumes_at === undefined) kinds.push({ type: "resume" });
  if (state.state === "open" && conduct.pause) kinds.push({ type: "pause" });
  kinds.push({ type: "cancel" });
  return (
    <>
      <div class="button-row act-bar">
        {kinds.map((kind) => (
          <button
            key={kind.type}
            type="button"
            class={`button button-small ${kind.type === "cancel" ? "button-danger-quiet" : "button-secondary"}`}
            onClick={() => {
              chosen.value = kind;
            }}
          >
            {words(`act-${kind.type}`)}
          </button>
        ))}
      </div>
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
