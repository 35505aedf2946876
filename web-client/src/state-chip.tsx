import { useAuctionPage } from "./auction-page";
import { toldState } from "./deadline";
import { Icon, type IconName } from "./icon";
import type { AuctionState } from "./protocol";

const LOOK: Record<AuctionState, { icon: IconName; tone: string }> = {
  published: { icon: "clock", tone: "" },
  between: { icon: "clock", tone: "" },
  open: { icon: "play", tone: "is-live" },
  paused: { icon: "pause", tone: "is-extended" },
  interrupted: { icon: "pause", tone: "is-refused" },
  closed: { icon: "check", tone: "" },
  cancelled: { icon: "cross", tone: "is-refused" },
  sealed: { icon: "check", tone: "is-accepted" },
};

/** The auction's state in one word, with icon and colour, and, where there is room, how often its
 *  end has moved. */
export function StateChip({ isShort = false }: { isShort?: boolean }) {
  const { store, words } = useAuctionPage();
  const state = store.state.value;
  if (state === undefined) return null;
  const told = toldState(state);
  const { icon, tone } = LOOK[told];
  const extensions = state.phase?.extensions ?? 0;
  return (
    <>
      <span class={`chip ${tone}`}>
        <Icon name={icon} />
        {words(`state-${told}`)}
      </span>
      {!isShort && extensions > 0 && <span class="chip is-extended">{words("extended-times", { count: extensions })}</span>}
    </>
  );
}
