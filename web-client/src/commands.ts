import { computed, signal } from "@preact/signals";
import type { Command } from "./protocol";

/** Commands without an answer, oldest first. They are sent again under the same id after a lost
 *  link, and the server counts an id once. */
export class Unanswered {
  readonly #commands = signal<readonly Command[]>([]);
  readonly count = computed(() => this.#commands.value.length);

  get all(): readonly Command[] {
    return this.#commands.value;
  }

  add(command: Command): void {
    this.#commands.value = [...this.#commands.value, command];
  }

  /** Those of one auction. */
  of(auction: string): readonly Command[] {
    return this.all.filter((command) => command.auction === auction);
  }

  get(id: string): Command | undefined {
    return this.#commands.value.find((command) => command.id === id);
  }

  /** Whether the command was still waiting. */
  answered(id: string): boolean {
    const left = this.#commands.value.filter((command) => command.id !== id);
    const waited = left.length < this.#commands.value.length;
    if (waited) this.#commands.value = left;
    return waited;
  }
}

/** An id that no other tab or device of this bidder will choose. */
export function newCommandId(): string {
  const random = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
