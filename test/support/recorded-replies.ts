import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ErrorCode } from '../../src/core/errors.ts';
import type { JsonObject, JsonValue } from '../../src/core/json/json.ts';
import { recordedErrors, recordingCorrections } from './recording-corrections.ts';
import { testDataAvailable, testDataPath } from './test-data.ts';

/** What a reply means. Usage is counted as OpenAI does: `input` includes cached tokens, `output` includes reasoning. */
export type Expectation = {
  readonly text: string;
  readonly reasoning: string;
  readonly signatures: number;
  readonly toolCalls: readonly { readonly name: string; readonly args: JsonValue }[];
  readonly finish: string | null;
  readonly usage: {
    readonly input: number;
    readonly output: number;
    readonly cacheRead: number;
    readonly cacheWrite: number;
    readonly reasoning: number;
  } | null;
  readonly serverTools: number;
  readonly citations: number;
  readonly imagesOut: number;
  readonly refusal: string;
  /** Only in our own samples: the error code that the reply is, or that its stream ends with. */
  readonly error?: ErrorCode;
};

/** A provider's reply as recorded, or as its documentation prints it. */
export type RecordedReply = {
  readonly id: string;
  readonly provider: string;
  readonly dialect: string;
  readonly streaming: boolean;
  readonly status: number;
  readonly contentType: string;
  readonly features: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly request?: JsonObject;
  /** `null` for a recorded failure: see `errorCodeOf`. */
  readonly expect: Expectation | null;
  readonly body:
    | { readonly kind: 'json'; readonly value: JsonObject }
    | { readonly kind: 'sse' | 'lines' | 'text'; readonly text: string }
    | { readonly kind: 'es'; readonly b64: string };
};

/** The bytes sent by the provider. */
export function replyBytes({ body }: RecordedReply): Buffer {
  if (body.kind === 'json') return Buffer.from(JSON.stringify(body.value));
  return body.kind === 'es' ? Buffer.from(body.b64, 'base64') : Buffer.from(body.text);
}

/** The error code that a reply is, or that its stream ends with. */
export function errorCodeOf({ id, expect }: RecordedReply): ErrorCode | undefined {
  return expect?.error ?? recordedErrors[id];
}

/** Our own samples of one dialect, written by hand from public documentation. */
export function ownSamples(dialect: string): RecordedReply[] {
  const folder = join(import.meta.dirname, '../../fixtures', dialect);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => readReply(join(folder, name)));
}

/**
 * The replies of the collection described in fixtures/README.md; empty if it is absent. `dialect` is the name in its
 * manifest.
 */
export function collectedReplies(dialect: string): RecordedReply[] {
  if (!testDataAvailable) return [];
  // The manifest is a list of cases without their bodies.
  const manifest = JSON.parse(
    readFileSync(testDataPath('fixtures/manifest.json'), 'utf8'),
  ) as RecordedReply[];
  return manifest
    .filter((entry) => entry.dialect === dialect)
    .map(({ id }) => readReply(testDataPath('fixtures/cases', `${id}.json`)));
}

function readReply(path: string): RecordedReply {
  // Test data with a documented shape; an error in it fails the test that reads it.
  const reply = JSON.parse(readFileSync(path, 'utf8')) as RecordedReply;
  const correction = recordingCorrections[reply.id];
  return reply.expect && correction ? { ...reply, expect: { ...reply.expect, ...correction } } : reply;
}
