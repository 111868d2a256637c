import { createContext, Script } from 'node:vm';
import { patternWork } from '../core/patterns/pattern-work.ts';
import { withinCpu } from '../core/patterns/within-cpu.ts';

/** How much of a prompt a rule's pattern is tried on: a decision must stay quick whatever is sent. */
const searchedChars = 4096;

/** What a pattern that may go astray gets of the processor for one prompt. */
const patternCpuMs = 100;

type Pattern = { readonly regex: RegExp; readonly mayGoAstray: boolean };

const patterns = new Map<string, Pattern | undefined>();

/**
 * Whether a prompt matches a rule's pattern, without regard to case. A pattern that a prompt would keep busy without end
 * does not match it: one caller's words must not hold up the calls of all others.
 */
export function matchesPrompt(source: string, prompt: string): boolean {
  const pattern = patternOf(source);
  if (!pattern) return false;
  const text = prompt.slice(0, searchedChars);
  return pattern.mayGoAstray ? foundInTime(pattern.regex, text) === true : pattern.regex.test(text);
}

/** What is wrong with a rule's pattern, in words that follow it; `undefined` where nothing is. */
export function faultOfPattern(source: string): string | undefined {
  const pattern = patternOf(source);
  if (!pattern) return 'is not a regular expression';
  const lasts = pattern.mayGoAstray ? hostile(source).some((text) => tooLong(pattern.regex, text)) : false;
  return lasts ? 'takes for ever on some prompts; do not repeat what repeats itself, as in (a+)+' : undefined;
}

/** Compiled once; `undefined` for a pattern that is none. */
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

/** One after the other, so many choices are tried in little time whatever stands in a prompt. */
const fewChoices = 12;

/** With one piece that repeats or may be missing, few choices, and none within what repeats, the work stays small. */
function mayMultiply(source: string): boolean {
  const { repeats, choices, repeatsGroups } = patternWork(source);
  return repeats > 1 || choices > fewChoices || (choices > 0 && repeatsGroups);
}

const context = createContext({ regex: /(?:)/u, text: '' });
const search = new Script('regex.test(text)');

/** `undefined` where time ran out. A limit costs a fifth of a millisecond. */
function foundInTime(regex: RegExp, text: string): boolean | undefined {
  Object.assign(context, { regex, text });
  // Where a machine is shared, time that others took may stand on our account: only what runs out twice is slow.
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

/** Texts on which work multiplies: one of the pattern's own characters many times, and then what it does not expect. */
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
