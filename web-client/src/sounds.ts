import { effect, signal } from "@preact/signals";
import type { AuctionPage } from "./auction-page";
import { deadlineOf } from "./deadline";
import { lastNews } from "./store";

export type Sound = "overtaken" | "extended" | "last-minute" | "closed";

/** Tones of each sound, one after the other, in hertz. */
const TONES_HZ: Record<Sound, readonly number[]> = {
  overtaken: [660, 440],
  extended: [523, 659, 784],
  "last-minute": [880, 880],
  closed: [523, 392, 262],
};
const TONE_S = 0.16;
const VOLUME = 0.2;
const LAST_MINUTE_MS = 60_000;
const KEPT_AS = "ebok-sounds";

/** Sounds are off until somebody asks for them; the browser remembers the answer. */
export class Sounds {
  readonly on = signal(localStorage.getItem(KEPT_AS) === "on");
  #context: AudioContext | undefined;

  constructor() {
    // A browser lets a page sound only after somebody touched it.
    const wake = () => {
      if (this.on.value) void this.#audio().resume();
    };
    window.addEventListener("pointerdown", wake);
    window.addEventListener("keydown", wake);
  }

  toggle(): void {
    this.on.value = !this.on.value;
    localStorage.setItem(KEPT_AS, this.on.value ? "on" : "off");
    if (this.on.value) this.play("extended");
  }

  play(sound: Sound): void {
    if (!this.on.peek()) return;
    const audio = this.#audio();
    TONES_HZ[sound].forEach((hertz, index) => tone(audio, hertz, audio.currentTime + index * TONE_S));
  }

  #audio(): AudioContext {
    this.#context ??= new AudioContext();
    return this.#context;
  }
}

/** One soft tone, faded out so that it does not click. */
function tone(audio: AudioContext, hertz: number, at: number): void {
  const source = audio.createOscillator();
  const volume = audio.createGain();
  source.frequency.value = hertz;
  volume.gain.setValueAtTime(VOLUME, at);
  volume.gain.exponentialRampToValueAtTime(0.001, at + TONE_S);
  source.connect(volume).connect(audio.destination);
  source.start(at);
  source.stop(at + TONE_S);
}

/** Sounds what happens in one auction from now on; what was so at joining stays quiet. */
export function soundOut({ store, now, sounds }: AuctionPage): void {
  const moments: Record<Sound, () => unknown> = {
    overtaken: () => store.overtaken.value,
    extended: () => lastNews(store.feed.value, "extended")?.f,
    "last-minute": () => {
      const deadline = store.state.value && deadlineOf(store.state.value);
      if (!deadline?.closes || deadline.at === undefined || now.value === undefined) return false;
      return deadline.at - now.value <= LAST_MINUTE_MS;
    },
    closed: () => store.state.value?.closed_at !== undefined,
  };
  for (const [sound, moment] of Object.entries(moments) as [Sound, () => unknown][]) {
    let before: unknown;
    let isKnown = false;
    effect(() => {
      const present = moment();
      const isJoined = store.state.value !== undefined;
      if (isKnown && present && present !== before) sounds.play(sound);
      before = present;
      isKnown = isJoined;
    });
  }
}
