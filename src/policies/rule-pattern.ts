import { createContext, Script } from 'node:vm';
import { patternWork } from '../core/patterns/pattern-work.ts';
import { withinCpu } from '../core/patterns/within-cpu.ts';

/**
 * How much of a prompt a rule's pattern is matched against, so that a decision stays quick for prompts of any length.
 */
const searchedChars = 4096;

/** CPU time that a pattern with possible catastrophic backtracking gets for one prompt. */
const patternCpuMs = 100;

type Pattern = { readonly regex: RegExp; readonly mayGoAstray: boolean };

const patterns = new Map<string, Pattern | undefined>();

/**
 * Whether a prompt matches a rule's pattern, ignoring case. If the pattern does not finish in time on a prompt, it does
 * not match: one caller's prompt must not delay the calls of others.
 */
export function matchesPrompt(source: string, prompt: string): boolean {
  const pattern = patternOf(source);
  if (!pattern) return false;
  const text = prompt.slice(0, searchedChars);
  return pattern.mayGoAstray ? foundInTime(pattern.regex, text) === true : pattern.regex.test(text);
}

/**
 * Returns what is wrong with a rule's pattern, worded to follow the pattern in a sentence; `undefined` if it is fine.
 */
export function faultOfPattern(source: string): string | undefined {
  const pattern = patternOf(source);
  if (!pattern) return 'is not a regular expression';
  const lasts = pattern.mayGoAstray ? hostile(source).some((text) => tooLong(pattern.regex, text)) : false;
  return lasts ? 'takes too long on some prompts; avoid nested repetition such as (a+)+' : undefined;
}

/** Compiles each pattern once; `undefined` if it is not a regular expression. */
function patternOf(source: string): Pattern | undefined {
  if (!patterns.has(source)) {
    try {
      patterns.set(source, {
        regex: new RegExp(source, 'iu'),
        mayGoAstray: mayMultiply(source),
      });
    } catch {
      patterns.set(source, undefined);
    }
  }
  return patterns.get(source);
}

/** Up to this many alternations in sequence are matched quickly on any prompt. */
const fewChoices = 12;

/** The work stays small with at most one quantifier and few alternations, none of them inside a repeated group. */
function mayMultiply(source: string): boolean {
  const { repeats, choices, repeatsGroups } = patternWork(source);
  return repeats > 1 || choices > fewChoices || (choices > 0 && repeatsGroups);
}

const context = createContext({ regex: /(?:)/u, text: '' });
const search = new Script('regex.test(text)');

/** `undefined` if time ran out. The limit itself costs a fifth of a millisecond. */
function foundInTime(regex: RegExp, text: string): boolean | undefined {
  Object.assign(context, { regex, text });
  // On a shared machine, time of other processes may count as ours: a pattern is slow only if it runs out of time
  // twice.
  return once() ?? once();
}

function once(): boolean | undefined {
  try {
    return (
      withinCpu((timeout) => search.runInContext(context, { timeout }), { cpuMs: patternCpuMs }) === true
    );
  } catch {
    return undefined;
  }
}

function tooLong(regex: RegExp, text: string): boolean {
  return foundInTime(regex, text) === undefined;
}

/**
 * Texts that provoke backtracking: one of the pattern's own characters many times, followed by one that it does not
 * expect.
 */
function hostile(source: string): string[] {
  const characters = new Set([
    'a',
    '1',
    ' ',
    '-',
    ...source.toLowerCase().replaceAll(/\\.|[^\p{L}\p{N}]/gsu, ''),
  ]);
  return [...characters].slice(0, 16).map((character) => `${character.repeat(64)}\u0000`);
}
