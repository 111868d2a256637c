import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { ConclaveError } from '../../src/core/errors.ts';
import type { Dialect, ReplyContext } from '../../src/core/wire/dialect.ts';
import type { JsonObject } from '../../src/core/json/json.ts';
import type { StreamPart } from '../../src/core/wire/stream-part.ts';
import { collected } from './collected.ts';
import { errorCodeOf, ownSamples, replyBytes, collectedReplies } from './recorded-replies.ts';
import type { Expectation, RecordedReply } from './recorded-replies.ts';
import { contentOf } from './reply-content.ts';
import { outlineOf } from './reply-outline.ts';
import { recordedTest } from './test-data.ts';

export type ContractOptions = {
  /** The name of this dialect in the collection's manifest, if it differs. */
  readonly recordedAs?: string;
  /** `false`: the collection has no replies of this dialect. */
  readonly recorded?: false;
  /** A client's request for everything that a reply can carry (OpenAI's `include_usage`). */
  readonly clientRequest: JsonObject;
  /** Counts in which a reading may exceed the recording's expectation. */
  readonly mayExceed?: readonly ('signatures' | 'reasoning tokens' | 'server tools')[];
};

/** The contract of every dialect, checked against our own samples and, if present, the whole collection. */
export function dialectContract(dialect: Dialect, options: ContractOptions): void {
  const own = ownSamples(dialect.id);
  const shared = collectedReplies(options.recordedAs ?? dialect.id);
  const context: ReplyContext = {
    id: 'req_1',
    model: 'lab/model-1',
    createdAt: 1_760_000_000_000,
    request: dialect.readRequest(options.clientRequest),
  };

  for (const [where, register, replies] of [
    ['our own samples', test, own],
    ['recorded replies', recordedTest, shared],
  ] as const) {
    if (replies === shared && options.recorded === false) continue;
    const about = (claim: string) => `${dialect.id}: ${claim} (${where})`;
    const whole = replies.filter((reply) => !reply.streaming && reply.status === 200);
    const streams = replies.filter((reply) => reply.streaming && reply.status === 200);
    const failures = replies.filter((reply) => reply.status !== 200);

    void register(about('a whole reply means what it says'), () => {
      assert.notEqual(whole.length, 0);
      for (const reply of whole) assertMeans(reply, readWhole(dialect, reply), options);
    });

    void register(about('a stream means what it says, however its bytes are cut'), () => {
      assert.notEqual(streams.length, 0);
      for (const reply of streams) {
        const bytes = replyBytes(reply);
        const parts = readStream(dialect, [bytes]);
        assertMeans(reply, parts, options);
        const split = (pieces: Uint8Array[]) =>
          assert.deepEqual({ id: reply.id, parts: readStream(dialect, pieces) }, { id: reply.id, parts });
        split([...bytes].map((byte) => Uint8Array.of(byte)));
        fc.assert(
          fc.property(fc.array(fc.nat(bytes.length), { maxLength: 30 }), (cuts) => {
            const edges = [0, ...cuts.sort((a, b) => a - b), bytes.length];
            split(edges.slice(1).map((edge, at) => bytes.subarray(edges[at], edge)));
          }),
          { numRuns: 5 },
        );
      }
    });

    void register(about('a stream that is cut ends once, and never like a whole one'), () => {
      for (const reply of streams) {
        const bytes = replyBytes(reply);
        const complete = wordsOf(outlineOf(readStream(dialect, [bytes])));
        const lengths = fc.oneof(
          fc.nat(bytes.length),
          fc.integer({ min: Math.max(0, bytes.length - 400), max: bytes.length }),
        );
        fc.assert(
          fc.property(lengths, (length) => {
            const cut = outlineOf(readStream(dialect, [bytes.subarray(0, length)]));
            if (cut.finish !== null) assert.deepEqual(wordsOf(cut), complete, reply.id);
            else assert.ok(cut.error === 'stream_truncated' || cut.error === reply.expect?.error, reply.id);
          }),
          { numRuns: 25 },
        );
      }
    });

    void register(about('a failure gets the code that says what to do next'), () => {
      assert.notEqual(failures.length, 0);
      const found = failures.map((reply) => [reply.id, readFailure(dialect, reply).code]);
      const wanted = failures.map((reply) => [reply.id, errorCodeOf(reply)]);
      assert.deepEqual(Object.fromEntries(found), Object.fromEntries(wanted));
    });

    void register(about('what it writes to a client, it reads back unchanged'), () => {
      for (const reply of [...whole, ...streams]) {
        const read = reply.streaming ? readStream(dialect, [replyBytes(reply)]) : readWhole(dialect, reply);
        const meaning = outlineOf(read);
        const writer = dialect.replyWriter(context);
        const bytes = Buffer.concat(read.map((part) => Buffer.from(writer.push([part]))));
        const streamed = readStream(dialect, [bytes]);
        // An error keeps its message when it is translated; clients do not see which of our codes it had.
        if (meaning.error !== undefined) {
          const again = outlineOf(streamed);
          assert.ok(again.error !== undefined && again.finish === null, reply.id);
          continue;
        }
        const whole = dialect.readReply(dialect.writeReply(collected(read), context), {});
        for (const again of [streamed, whole]) {
          assert.deepEqual({ id: reply.id, ...outlineOf(again) }, { id: reply.id, ...meaning });
          assert.deepEqual({ id: reply.id, is: contentOf(again) }, { id: reply.id, is: contentOf(read) });
        }
      }
    });
  }
}

/** Reads a stream in these pieces and checks that it ends exactly once. */
export function readStream(dialect: Dialect, pieces: readonly Uint8Array[]): StreamPart[] {
  const reader = dialect.replyReader({});
  const parts = [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()];
  assertEndsOnce(parts);
  return parts;
}

function readWhole(dialect: Dialect, reply: RecordedReply): StreamPart[] {
  assert.ok(reply.body.kind === 'json', reply.id);
  const parts = dialect.readReply(reply.body.value, {});
  assertEndsOnce(parts);
  return parts;
}

function assertEndsOnce(parts: readonly StreamPart[]): void {
  const ends = parts.flatMap(({ type }, at) => (type === 'finish' || type === 'error' ? [at] : []));
  assert.deepEqual(ends, [parts.length - 1]);
}

function assertMeans(reply: RecordedReply, parts: readonly StreamPart[], options: ContractOptions): void {
  assert.ok(reply.expect !== null, reply.id);
  const { expect } = reply;
  const found = outlineOf(parts.filter((part) => !isParagraphBreak(part)));
  assert.deepEqual({ id: reply.id, ...found }, { id: reply.id, ...allowing(expect, found, options) });
}

/** The break between a commentary and its answer; no recording contains it. */
function isParagraphBreak(part: StreamPart): boolean {
  return part.type === 'text-delta' && part.commentary === 'break';
}

/** The expectation, raised to the value found where a reading may exceed it. */
function allowing(expect: Expectation, found: Expectation, { mayExceed = [] }: ContractOptions): Expectation {
  const raised = (allowed: boolean, wanted: number, actual: number) =>
    allowed ? Math.max(wanted, actual) : wanted;
  return {
    ...expect,
    signatures: raised(mayExceed.includes('signatures'), expect.signatures, found.signatures),
    serverTools: raised(mayExceed.includes('server tools'), expect.serverTools, found.serverTools),
    usage: expect.usage && {
      ...expect.usage,
      // A provider may report more reasoning tokens than it bills as completion; our count never exceeds the bill.
      reasoning: raised(
        mayExceed.includes('reasoning tokens'),
        Math.min(expect.usage.reasoning, expect.usage.output),
        found.usage?.reasoning ?? 0,
      ),
    },
  };
}

function wordsOf({ text, reasoning, toolCalls, refusal }: Expectation): unknown {
  return { text, reasoning, toolCalls, refusal };
}

function readFailure(dialect: Dialect, reply: RecordedReply): ConclaveError {
  const { status, headers = {}, provider } = reply;
  const error = dialect.readError({ status, headers, body: replyBytes(reply), provider });
  assert.ok(error instanceof ConclaveError);
  assert.notEqual(error.message, '', reply.id);
  return error;
}
