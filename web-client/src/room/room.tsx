import { useAuctionPage, useSeat } from "../auction-page";
import { Chart } from "../chart/chart";
import { Feed } from "../feed";
import { FoldingPanel } from "../folding-panel";
import { Panel } from "../panel";
import { type Tab, Tabs } from "../tabs";
import { Attempts } from "./attempts";
import { BestPanel } from "./best-panel";
import { BidPanel } from "./bid-panel";
import { PositionPanel } from "./position-panel";
import { QuestionsButton } from "./questions-button";
import { ResultCard } from "./result-card";

/** The room of a bidder, or of an observer, who has no place and no form in it. */
export function Room() {
  const { narrow, store } = useAuctionPage();
  const isOver = store.state.value?.closed_at !== undefined;
  return narrow.value ? <NarrowRoom isOver={isOver} /> : <WideRoom isOver={isOver} />;
}

function WideRoom({ isOver }: { isOver: boolean }) {
  const { words, store } = useAuctionPage();
  const isBidder = useSeat().role === "bidder";
  const count = store.receipts.value.length;
  return (
    <div class={`room ${isOver ? "is-over" : ""}`}>
      {isOver ? (
        <ResultCard />
      ) : (
        <div class="room-own">
          {isBidder ? <PositionPanel /> : <BestPanel />}
          {isBidder && <BidPanel />}
        </div>
      )}
      <div class="room-streams">
        <Panel title={words("chart-title")} class="room-chart">
          <Chart />
        </Panel>
        <Panel title={words("tab-feed")} class="room-stream" scrolls aside={isBidder && <QuestionsButton />}>
          <Feed />
        </Panel>
        {isBidder && (
          <FoldingPanel
            key={isOver ? "over" : "live"}
            title={words("tab-attempts")}
            note={words("attempts-so-far", { count })}
            open={isOver}
          >
            <Attempts />
          </FoldingPanel>
        )}
      </div>
    </div>
  );
}

function NarrowRoom({ isOver }: { isOver: boolean }) {
  const { words } = useAuctionPage();
  const isBidder = useSeat().role === "bidder";
  const first = isOver ? (
    <ResultCard />
  ) : isBidder ? (
    <>
      <PositionPanel />
      <BidPanel />
    </>
  ) : (
    <BestPanel />
  );
  const course = (
    <>
      <FoldingPanel title={words("chart-title")}>
        <Chart />
      </FoldingPanel>
      {isBidder && <QuestionsButton />}
      <Feed />
    </>
  );
  const tabs: Tab[] = [
    { name: words(isOver ? "tab-result" : isBidder ? "tab-offer" : "tab-auction"), content: first },
    { name: words("tab-feed"), content: course },
  ];
  if (isBidder) tabs.push({ name: words("tab-attempts"), content: <Attempts /> });
  return (
    <div class="room">
      <Tabs label={words("tabs")} tabs={tabs} />
    </div>
  );
}
