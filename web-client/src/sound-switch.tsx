import { useAuctionPage } from "./auction-page";

/** Turns the sounds on and off; off until somebody asks. */
export function SoundSwitch() {
  const { sounds, words } = useAuctionPage();
  const isOn = sounds.on.value;
  return (
    <button type="button" class="link-button" aria-pressed={isOn} onClick={() => sounds.toggle()}>
      {words(isOn ? "sounds-on" : "sounds-off")}
    </button>
  );
}
