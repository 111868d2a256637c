import type { ReplyBody } from '../../../core/wire/transport.ts';

/** Enough to recognise the name of a field of a server-sent event. */
const enough = 'retry:'.length;

/** A body that was read up to its first characters, and these characters. */
export type PeekedBody = { readonly start: string; readonly body: ReplyBody };

/**
 * Reads a body up to its first characters, without white space before them. The returned body is complete: it repeats
 * what was read, and an error that ended the reading.
 */
export async function peekedBody(body: ReplyBody): Promise<PeekedBody> {
  const rest = body[Symbol.asyncIterator]();
  const held: Uint8Array[] = [];
  let failure: { readonly thrown: unknown } | undefined;
  let start = '';
  while (start.length < enough) {
    try {
      const next = await rest.next();
      if (next.done) break;
      held.push(next.value);
    } catch (thrown) {
      failure = { thrown };
      break;
    }
    // Decoding removes a byte order mark.
    start = new TextDecoder().decode(Buffer.concat(held)).trimStart();
  }

  async function* whole(): AsyncGenerator<Uint8Array> {
    try {
      yield* held.splice(0);
      if (failure) throw failure.thrown;
      for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
    } finally {
      await rest.return?.();
    }
  }
  return {
    start,
    body: { [Symbol.asyncIterator]: whole, begun: () => body.begun?.() },
  };
}

/** Returns whether a body that begins like this is a stream of server-sent events. */
export function looksLikeEvents(start: string): boolean {
  return /^(?:data|event|id|retry)?:/.test(start);
}
