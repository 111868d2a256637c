import type { JsonObject } from '../../core/json/json.ts';

/** How the borders of a dialect's blocks look. `number`: the block's number on the wire. */
export type BlockBorders = {
  /** Writes the beginning of the message. */
  start(): void;
  /** `block`: what the block begins with; absent if its type says it all. */
  open(number: number, type: string, block: JsonObject | undefined): void;
  close(number: number, type: string): void;
};

/** Numbers the blocks of a message from 0 and closes each before the next opens. */
export class BlockWriter {
  readonly #borders: BlockBorders;
  #started = false;
  /** The type and part index of the open block. */
  #type: string | undefined;
  #index = 0;
  /** The number of the last block. */
  number = -1;

  constructor(borders: BlockBorders) {
    this.#borders = borders;
  }

  /** Begins the message, unless it has begun. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#borders.start();
  }

  /** Continues the open block if it is this one, otherwise opens it. */
  enter(type: string, index: number): void {
    if (this.#type !== type || this.#index !== index) this.open(type, index);
  }

  open(type: string, index: number, block?: JsonObject): void {
    this.start();
    this.close();
    this.#type = type;
    this.#index = index;
    this.number += 1;
    this.#borders.open(this.number, type, block);
  }

  close(): void {
    const type = this.#type;
    if (type === undefined) return;
    this.#type = undefined;
    this.#borders.close(this.number, type);
  }
}
