import type { StreamPart } from '../../../core/wire/stream-part.ts';

/** A piece of a provider's reply: its bytes as they came, and what they mean. */
export type Chunk = { readonly bytes: Uint8Array; readonly parts: readonly StreamPart[] };
