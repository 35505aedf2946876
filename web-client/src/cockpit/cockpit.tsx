import { useAuctionPage } from "../auction-page";
import { Feed } from "../feed";
import { Panel } from "../panel";
import { ResultCard } from "../room/result-card";
import { Tabs } from "../tabs";
import { ActBar } from "./act-bar";
import { BiddersTable } from "./bidders-table";
import { HeadLine } from "./head-line";

/** The officer's page: who is there and stands where, every attempt, and the acts. */
export function Cockpit() {
  const { narrow, words, store } = useAuctionPage();
  const isOver = store.state.value?.closed_at !== undefined;
  const bidders = (
    <>
      <ActBar />
      <BiddersTable />
      <HeadLine />
    </>
  );
  if (narrow.value) {
    const tabs = [
      { name: words("tab-bidders"), content: bidders },
      { name: words("tab-feed"), content: <Feed /> },
    ];
    if (isOver) tabs.unshift({ name: words("tab-result"), content: <ResultCard /> });
    return (
      <div class="cockpit">
        <Tabs label={words("tabs")} tabs={tabs} />
      </div>
    );
  }
  return (
    <div class="cockpit">
      <div class="cockpit-main">
        {isOver && <ResultCard />}
        <Panel title={words("tab-bidders")} class="cockpit-bidders" aside={<ActBar />}>
          <BiddersTable />
          <HeadLine />
        </Panel>
      </div>
      <Panel title={words("tab-feed")} class="room-stream" scrolls>
        <Feed />
      </Panel>
    </div>
  );
}
