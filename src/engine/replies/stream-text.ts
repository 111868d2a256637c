import type { CallReceipt, Reply } from '../../core/call.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';

/** An answer's parts as they arrive, and how its call ended. */
export type StreamedParts = {
  /** Throws a `ConclaveError` if the stream carries an error. */
  readonly parts: AsyncIterable<readonly StreamPart[]>;
  readonly settled: Promise<CallReceipt>;
};

/** An answer's text as it arrives, and how its call ended. */
export type StreamedText = { readonly text: AsyncIterable<string>; readonly settled: Promise<CallReceipt> };

/** Returns the parts of a reply to a call without raw bytes. */
export function streamParts(reply: Reply): StreamedParts {
  return { parts: partsOf(reply), settled: reply.settled };
}

/** @throws ConclaveError when the stream carries an error. */
async function* partsOf(reply: Reply): AsyncGenerator<readonly StreamPart[]> {
  if (reply.kind !== 'parts') throw new ConclaveError('internal', 'A call without raw bytes was relayed.');
  for await (const batch of reply.parts) {
    const failed = batch.find((part) => part.type === 'error');
    if (failed) throw failed.error;
    yield batch;
  }
}

/** Returns only the text; reasoning and tool calls are left out. */
export function streamText(reply: Reply): StreamedText {
  return { text: textOf(reply), settled: reply.settled };
}

async function* textOf(reply: Reply): AsyncGenerator<string> {
  for await (const batch of partsOf(reply)) {
    const text = batch.reduce((sum, part) => (part.type === 'text-delta' ? sum + part.text : sum), '');
    if (text !== '') yield text;
  }
}
