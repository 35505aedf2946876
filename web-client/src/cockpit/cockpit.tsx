import { useAuctionPage } from "../auction-page";
import { Chart } from "../chart/chart";
import { Feed } from "../feed";
import { FoldingPanel } from "../folding-panel";
import { Panel } from "../panel";
import { ResultCard } from "../room/result-card";
import { Tabs } from "../tabs";
import { ActBar } from "./act-bar";
import { AlarmBand } from "./alarm-band";
import { BiddersTable } from "./bidders-table";
import { HeadLine } from "./head-line";
import { OpenQuestions } from "./open-questions";
import { SavingsPanel } from "./savings-panel";

/** The officer's page: who is there and stands where, every attempt, and the acts. */
export function Cockpit() {
  const { narrow } = useAuctionPage();
  return (
    <>
      <AlarmBand />
      {narrow.value ? <NarrowCockpit /> : <WideCockpit />}
    </>
  );
}

function WideCockpit() {
  const { words, store } = useAuctionPage();
  const isOver = store.state.value?.closed_at !== undefined;
  return (
    <div class={`cockpit ${isOver ? "is-over" : ""}`}>
      <div class="cockpit-main">
        {isOver && <ResultCard />}
        <div class="cockpit-course">
          <SavingsPanel />
          <Panel title={words("chart-title")} class="room-chart">
            <Chart />
          </Panel>
        </div>
        <Panel title={words("tab-bidders")} class="cockpit-bidders" aside={<ActBar />}>
          <BiddersTable />
          <HeadLine />
        </Panel>
      </div>
      <Panel title={words("tab-feed")} class="room-stream" scrolls>
        <OpenQuestions />
        <Feed />
      </Panel>
    </div>
  );
}

function NarrowCockpit() {
  const { words, store } = useAuctionPage();
  const bidders = (
    <>
      <ActBar />
      <SavingsPanel />
      <BiddersTable />
      <HeadLine />
    </>
  );
  const course = (
    <>
      <OpenQuestions />
      <FoldingPanel title={words("chart-title")}>
        <Chart />
      </FoldingPanel>
      <Feed />
    </>
  );
  const tabs = [
    { name: words("tab-bidders"), content: bidders },
    { name: words("tab-feed"), content: course },
  ];
  if (store.state.value?.closed_at !== undefined) tabs.unshift({ name: words("tab-result"), content: <ResultCard /> });
  return (
    <div class="cockpit">
      <Tabs label={words("tabs")} tabs={tabs} />
    </div>
  );
}
