import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import type { AnswerCheck } from '../../core/routing/acceptance/acceptance.ts';
import type { CallLimits } from '../../core/call.ts';
import { ConclaveError } from '../../core/errors.ts';
import { readCostCeiling } from '../../core/money/dollar-limits.ts';
import { didYouMean } from '../../core/names/did-you-mean.ts';
import { taskTypes, tiers, type TaskType } from '../../core/task.ts';
import type { Usd } from '../../core/units.ts';
import { readAnswerCheck } from '../answer-check.ts';

/** Options for Conclave in request headers, so that the body stays in its dialect. */
export type CallControls = {
  readonly limits: CallLimits;
  readonly tags: readonly string[];
  readonly task?: TaskType;
  readonly sessionId?: string;
  /** Routing policy for open choices. */
  readonly policy?: string;
  readonly strict: boolean;
  readonly check?: AnswerCheck;
};

const nothingAsked: CallControls = { limits: {}, tags: [], strict: false };

/** Reads the `x-conclave-…` request headers. @throws ConclaveError `invalid_request` that names the header. */
export function callControls(headers: IncomingHttpHeaders, policies: readonly string[]): CallControls {
  if (!areForUs(headers)) return nothingAsked;
  const policy = oneOf(headers, 'x-conclave-policy', policies);
  const tier = oneOf(headers, 'x-conclave-tier', tiers);
  const task = oneOf(headers, 'x-conclave-task', taskTypes);
  const maxCostUsd = ceiling(headers, 'x-conclave-max-cost-usd');
  const maxLatencyMs = positive(headers, 'x-conclave-max-latency-ms');
  const sessionId = text(headers, 'x-conclave-session');
  const check = checkOf(text(headers, 'x-conclave-check'));
  return {
    limits: {
      ...(tier && { tier }),
      ...(maxCostUsd !== undefined && { maxCostUsd }),
      ...(maxLatencyMs !== undefined && { maxLatencyMs }),
    },
    tags: tagsOf(text(headers, 'x-conclave-tags')),
    ...(task && { task }),
    ...(sessionId && { sessionId }),
    ...(check && { check }),
    ...(policy && { policy }),
    strict: claim(headers, 'x-conclave-strict'),
  };
}

/** Parses the check of a cascade's answers from JSON. */
function checkOf(written: string | undefined): AnswerCheck | undefined {
  if (written === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(written);
  } catch {
    throw refusal('x-conclave-check', `"${written}" is not JSON`);
  }
  return readAnswerCheck(value, { where: 'x-conclave-check', commands: false });
}

/** Returns whether the caller wants only the decision, without a call to a model. */
export function wantsDryRun(headers: IncomingHttpHeaders): boolean {
  return claim(headers, 'x-conclave-dry-run');
}

/** Returns whether the caller wants the answer's claims checked by another family. */
export function wantsVerification(headers: IncomingHttpHeaders): boolean {
  return claim(headers, 'x-conclave-verify');
}

const knownHeaders = [
  'x-conclave-tier',
  'x-conclave-task',
  'x-conclave-max-cost-usd',
  'x-conclave-max-latency-ms',
  'x-conclave-session',
  'x-conclave-check',
  'x-conclave-tags',
  'x-conclave-policy',
  'x-conclave-strict',
  'x-conclave-provider-key',
  'x-conclave-dry-run',
  'x-conclave-verify',
];

/**
 * Returns whether any header is for Conclave.
 * @throws ConclaveError for a misspelt one, which would otherwise be ignored.
 */
function areForUs(headers: IncomingHttpHeaders): boolean {
  let found = false;
  for (const name in headers) {
    if (!name.startsWith('x-conclave-')) continue;
    found = true;
    if (knownHeaders.includes(name)) continue;
    const message = `There is no header ${name}; ${didYouMean(name, knownHeaders, { most: 1 })}`;
    throw new ConclaveError('invalid_request', message, { param: name });
  }
  return found;
}

function claim(headers: IncomingHttpHeaders, name: string): boolean {
  return oneOf(headers, name, ['true', 'false']) === 'true';
}

const maxTags = 16;
const longestTag = 64;

function tagsOf(list: string | undefined): string[] {
  const tags = (list ?? '')
    .split(',')
    .map((tag) => tag.trim())
    .filter(Boolean);
  if (tags.length > maxTags || tags.some((tag) => tag.length > longestTag)) {
    throw refusal(
      'x-conclave-tags',
      `takes at most ${maxTags} tags of ${longestTag} characters, separated by commas`,
    );
  }
  return tags;
}

function text(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  const joined = typeof value === 'string' ? value : value?.join(',');
  return joined === undefined ? undefined : asWritten(joined);
}

/** Node decodes headers as latin1, but clients send UTF-8. Text that is not UTF-8 is returned as Node read it. */
function asWritten(header: string): string {
  const read = Buffer.from(header, 'latin1');
  return isUtf8(read) ? read.toString('utf8') : header;
}

function oneOf<T extends string>(
  headers: IncomingHttpHeaders,
  name: string,
  known: readonly T[],
): T | undefined {
  const value = text(headers, name);
  if (value === undefined) return undefined;
  const found = known.find((item) => item === value);
  if (!found) throw refusal(name, `"${value}" is not one of ${known.join(', ')}`);
  return found;
}

function ceiling(headers: IncomingHttpHeaders, name: string): Usd | undefined {
  const value = text(headers, name);
  return value === undefined ? undefined : readCostCeiling(value, name);
}

function positive(headers: IncomingHttpHeaders, name: string): number | undefined {
  const value = text(headers, name);
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!(number > 0 && Number.isFinite(number))) throw refusal(name, `"${value}" is not a positive number`);
  return number;
}

function refusal(header: string, problem: string): ConclaveError {
  return new ConclaveError('invalid_request', `Header ${header}: ${problem}.`, { param: header });
}
