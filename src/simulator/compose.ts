import type { JsonObject } from '../core/json/json.ts';
import { answer } from './answer/answer.ts';
import type { Asked } from './asked.ts';
import { offerFor } from './bill.ts';
import { chance } from './chance.ts';
import { characterOf, type Character } from './character.ts';
import type { Fault } from './fault.ts';
import { cutToHold } from './cut-to-hold.ts';
import { Refused } from './problem.ts';
import type { PromptCache } from './prompt-cache.ts';
import type { Finish, Reply, ReplyPart } from './replied.ts';
import { promptTokens, textTokens } from './tokens.ts';

/** What all simulated models share: the seed, the clock, and the correlation of their errors. */
export type World = {
  readonly seed: number;
  readonly correlation: number;
  readonly now: () => number;
  readonly cache: PromptCache;
};

/**
 * Composes a model's reply to one request, with its token usage.
 * @throws Refused if the prompt does not fit the model's window.
 */
export function compose(
  world: World,
  whole: Asked,
  { provider, account, digest, fault, body }: Occasion,
): Reply {
  checkWindow(provider, whole);
  const asked = cutToHold(whole);
  const character = characterOf(provider, asked.model);
  const thought = reasoningTokens(world.seed, asked, character);
  const wanted =
    fault?.kind === 'refusal' ? refusalParts(asked) : answer(world, asked, { digest, character });
  const finish: Finish = fault?.kind === 'refusal' ? 'refusal' : 'stop';
  const { parts, ...ended } = limit(asked, wanted, thought, finish);
  const reasoningText = thought > 0 ? [reasoningPart(asked)] : [];
  const output = parts.reduce((sum, part) => sum + partTokens(part), 0);
  return {
    digest,
    provider,
    account,
    model: asked.model,
    createdAt: world.now(),
    parts: [...reasoningText, ...parts],
    choices: asked.choices,
    ...ended,
    usage: {
      ...world.cache.split(character.cache, `${provider}/${asked.model}`, asked),
      output: output * asked.choices,
      reasoning: thought * asked.choices,
    },
    usageInStream: asked.usageInStream,
    body,
  };
}

type Occasion = {
  readonly provider: string;
  readonly account: string;
  readonly digest: string;
  readonly fault: Fault | undefined;
  readonly body: JsonObject;
};

function checkWindow(provider: string, asked: Asked): void {
  const window = offerFor(provider, asked.model)?.window;
  if (window === undefined) return;
  const tokens = promptTokens(asked);
  if (tokens > window) {
    throw new Refused({ kind: 'overflow', status: 400, model: asked.model, tokens, window });
  }
}

const effortTokens = { model: 120, off: 0, low: 60, medium: 200, high: 600 } as const;

/** Depends only on the prompt: the same question costs the same, streamed or not, in any format. */
function reasoningTokens(seed: number, asked: Asked, character: Character): number {
  if (character.reasoning === 'never') return 0;
  if (character.reasoning === 'on-request' && asked.reasoning === 'model') return 0;
  const luck = chance(seed, 'reasoning', character.name, promptTokens(asked));
  const wanted = Math.round(effortTokens[asked.reasoning] * (0.7 + 0.6 * luck));
  // Providers count reasoning against the limit: output above the limit is never billed.
  return Math.min(wanted, asked.maxTokens ?? wanted);
}

function reasoningPart(asked: Asked): ReplyPart {
  const last = asked.turns.findLast(({ role }) => role === 'user');
  const question = last?.pieces.map((piece) => ('text' in piece ? piece.text : '')).join(' ') ?? '';
  const gist = question.replace(/\s+/g, ' ').trim().slice(0, 120);
  return {
    kind: 'reasoning',
    text: `(simulated reasoning) The request is: "${gist}". I look for what is asked, recall what bears on it, and answer briefly.`,
  };
}

function refusalParts(asked: Asked): ReplyPart[] {
  return [{ kind: 'text', text: `Simulated ${asked.model}: I can't help with that.` }];
}

/** Ends the answer where the client requested: at a stop sequence or a token limit. */
function limit(
  asked: Asked,
  parts: readonly ReplyPart[],
  thought: number,
  finish: Finish,
): { parts: ReplyPart[]; finish: Finish; stoppedBy?: string } {
  let left = asked.maxTokens === undefined ? Infinity : Math.max(0, asked.maxTokens - thought);
  const kept: ReplyPart[] = [];
  for (const part of parts) {
    if (part.kind === 'text') {
      const stop = firstStop(part.text, asked.stop);
      const text = stop ? part.text.slice(0, stop.at) : part.text;
      const fitting = firstTokens(text, left);
      if (fitting !== '') kept.push({ kind: 'text', text: fitting });
      if (fitting !== text) return { parts: kept, finish: 'length' };
      if (stop) return { parts: kept, finish: 'stop-sequence', stoppedBy: stop.sequence };
    } else {
      if (partTokens(part) > left) return { parts: kept, finish: 'length' };
      kept.push(part);
    }
    left -= partTokens(part);
  }
  return { parts: kept, finish: kept.some(({ kind }) => kind === 'tool-call') ? 'tool-calls' : finish };
}

function partTokens(part: ReplyPart): number {
  if (part.kind !== 'tool-call') return textTokens(part.text);
  return 8 + textTokens(part.name + JSON.stringify(part.arguments));
}

function firstStop(text: string, stops: readonly string[]): { at: number; sequence: string } | undefined {
  const found = stops
    .filter((sequence) => sequence !== '' && text.includes(sequence))
    .map((sequence) => ({ at: text.indexOf(sequence), sequence }))
    .sort((a, b) => a.at - b.at);
  return found[0];
}

/** The longest beginning of the text within this many tokens, ending with a whole character. */
function firstTokens(text: string, tokens: number): string {
  if (textTokens(text) <= tokens) return text;
  const bytes = Buffer.from(text).subarray(0, tokens * 4);
  return new TextDecoder().decode(bytes, { stream: true });
}
