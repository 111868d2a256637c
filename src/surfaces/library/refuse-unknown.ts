import { z } from 'zod';
import type { CallLimits } from '../../core/call.ts';
import { ConclaveError } from '../../core/errors.ts';
import { didYouMean } from '../../core/names/did-you-mean.ts';
import { taskTypes, tiers } from '../../core/task.ts';
import type { Tool } from '../../tools/offer/tool.ts';
import type { ChatRequest } from './create-conclave.ts';
import { refuseWrongValues } from './refuse-wrong-values.ts';

/** A record, so that the compiler reports a missing member when the type gains one. */
const members: Record<keyof ChatRequest, true> = {
  prompt: true,
  system: true,
  messages: true,
  model: true,
  task: true,
  tags: true,
  limits: true,
  check: true,
  verify: true,
  signal: true,
  includeUsage: true,
  tools: true,
  toolChoice: true,
  parallelTools: true,
  output: true,
  reasoning: true,
  maxOutputTokens: true,
  temperature: true,
  topP: true,
  topK: true,
  stop: true,
  seed: true,
  frequencyPenalty: true,
  presencePenalty: true,
  user: true,
  session: true,
  cacheKey: true,
  promptCache: true,
  embedding: true,
};

const limits: Record<keyof CallLimits, true> = {
  maxCostUsd: true,
  maxLatencyMs: true,
  tier: true,
  otherFamilyThan: true,
};

/**
 * Rejects unknown members of a plain question: a misspelt cost limit must not mean no limit.
 * @throws ConclaveError `invalid_request` with the nearest name, or with the tools that take that member.
 */
export function refuseUnknown(request: unknown, tools: readonly Tool[]): void {
  if (typeof request !== 'object' || request === null) {
    throw new ConclaveError(
      'invalid_request',
      'A question is an object: { prompt: "…" } or { messages: […] }.',
    );
  }
  const unknown = unknownIn(request, members);
  if (unknown !== undefined) throw refusal(unknown, hintFor(unknown, tools));
  if ('task' in request) refuseUnknownWord('task', request.task, taskTypes);
  if ('limits' in request) refuseUnknownLimits(request.limits);
  refuseWrongValues(request);
}

function refuseUnknownLimits(given: unknown): void {
  if (typeof given !== 'object' || given === null) return;
  const limit = unknownIn(given, limits);
  if (limit !== undefined) throw refusal(`limits.${limit}`, didYouMean(limit, Object.keys(limits)));
  if ('tier' in given) refuseUnknownWord('limits.tier', given.tier, tiers);
}

/**
 * Rejects unknown options of a report: a misspelt `without` would be ignored silently.
 * @throws ConclaveError `invalid_request` with the nearest name.
 */
export function refuseUnknownOptions(report: string, given: object, known: readonly string[]): void {
  const unknown = unknownIn(given, Object.fromEntries(known.map((name) => [name, true])));
  if (unknown === undefined) return;
  const message = `${report} does not accept "${unknown}"; ${didYouMean(unknown, known)}`;
  throw new ConclaveError('invalid_request', message, { param: unknown });
}

/**
 * Rejects a string where a list is expected, which would be read letter by letter.
 * @throws ConclaveError `invalid_request`.
 */
export function refuseUnlessList(report: string, name: string, given: unknown): void {
  if (given === undefined) return;
  if (Array.isArray(given) && given.every((item) => typeof item === 'string')) return;
  const hint = typeof given === 'string' ? `: [${JSON.stringify(given)}]` : '';
  throw new ConclaveError('invalid_request', `${report}: "${name}" is a list of texts${hint}.`, {
    param: name,
  });
}

function refuseUnknownWord(param: string, word: unknown, known: readonly string[]): void {
  if (word === undefined || (typeof word === 'string' && known.includes(word))) return;
  const shown = typeof word === 'string' ? `"${word}"` : typeof word;
  const hint = didYouMean(typeof word === 'string' ? word : '', known);
  throw new ConclaveError('invalid_request', `${param}: there is no ${shown}; ${hint}`, { param });
}

function unknownIn(written: object, known: object): string | undefined {
  const given = Object.entries(written).filter(([, value]) => value !== undefined);
  return given.map(([name]) => name).find((name) => !Object.hasOwn(known, name));
}

function hintFor(unknown: string, tools: readonly Tool[]): string {
  const limit = unknown.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  if (Object.hasOwn(limits, limit)) return `write limits: { ${limit}: … }`;
  const takers = tools.filter(({ name, input }) => name !== 'chat' && takes(input, unknown));
  if (takers.length === 0) return didYouMean(unknown, Object.keys(members));
  return `these tools take it, as methods of the same object: ${takers.map(({ name }) => name).join(', ')}`;
}

function takes(input: z.ZodType, argument: string): boolean {
  return input instanceof z.ZodObject && Object.hasOwn(input.shape, argument);
}

function refusal(param: string, hint: string): ConclaveError {
  return new ConclaveError('invalid_request', `A question has no "${param}"; ${hint}`, { param });
}
