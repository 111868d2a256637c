import { patternWork } from '../core/patterns/pattern-work.ts';
import { withUnicodeWords } from '../core/patterns/unicode-words.ts';
import { withinCpu } from '../core/patterns/within-cpu.ts';

/**
 * How much of a prompt a rule's pattern is matched against, so that a decision stays quick for prompts of any length.
 */
const searchedChars = 4096;

/** CPU time that a pattern with possible catastrophic backtracking gets for one prompt. */
const patternCpuMs = 100;

/**
 * CPU time that it gets once it has run out of that: any caller can repeat such a prompt. It still decides ordinary
 * prompts, which take microseconds; twice, since compiling the pattern may take its time once.
 */
const suspectCpuMs = 10;

type Pattern = {
  /** For texts in ASCII, which it searches several times faster. */
  readonly plain: RegExp;
  readonly unicode: RegExp;
  readonly mayGoAstray: boolean;
  /** It has run out of time on some prompt. */
  isSuspect?: true;
  /** Rules are matched more than once per call: the last prompt and its result are kept. */
  last?: { readonly text: string; readonly found: boolean | undefined };
};

const patterns = new Map<string, Pattern | undefined>();

/**
 * Returns whether a prompt matches a rule's pattern, ignoring case; `undefined` if the pattern did not finish in time:
 * one caller's prompt must not delay the calls of others.
 */
export function matchesPrompt(source: string, prompt: string): boolean | undefined {
  const pattern = patternOf(source);
  if (!pattern) return false;
  const text = prompt.slice(0, searchedChars);
  if (!pattern.mayGoAstray) return regexFor(pattern, text).test(text);
  if (pattern.last?.text === text) return pattern.last.found;
  const regex = regexFor(pattern, text);
  const found = pattern.isSuspect
    ? (foundInTime(regex, text, suspectCpuMs) ?? foundInTime(regex, text, suspectCpuMs))
    : foundInTime(regex, text, patternCpuMs);
  if (found === undefined) pattern.isSuspect = true;
  pattern.last = { text, found };
  return found;
}

/**
 * Returns what is wrong with a rule's pattern, worded to follow the pattern in a sentence; `undefined` if it is fine.
 */
export function faultOfPattern(source: string): string | undefined {
  const literal = literalOf(source);
  if (literal?.isCertain) return `would match the slashes and the flags as text; ${literal.instead}`;
  const pattern = patternOf(source);
  if (!pattern)
    return `is not a regular expression${source.startsWith('(?i)') ? '; leave out (?i), case is ignored' : ''}`;
  if (!pattern.mayGoAstray) return undefined;
  const lasts = hostile(source).some(
    (text) => foundInTime(regexFor(pattern, text), text, patternCpuMs) === undefined,
  );
  return lasts ? 'takes too long on some prompts; avoid nested repetition such as (a+)+' : undefined;
}

/**
 * Returns what may be wrong with a usable pattern, worded to follow the pattern in a sentence: it looks like JavaScript's
 * notation, but may as well be a path.
 */
export function doubtOfPattern(source: string): string | undefined {
  const literal = literalOf(source);
  if (!literal || literal.isCertain) return undefined;
  return `matches its slashes as text; if they only delimit it, ${literal.instead}`;
}

type Literal = {
  /** Whether it cannot be a path: it has flags, and between the slashes stands what no path contains. */
  readonly isCertain: boolean;
  /** What to write instead. */
  readonly instead: string;
};

/** Reads a pattern as JavaScript's notation of a regular expression; `undefined` if it is not one. */
function literalOf(source: string): Literal | undefined {
  const { inner, flags } = inSlashes.exec(source)?.groups ?? {};
  if (inner === undefined || flags === undefined) return undefined;
  return {
    isCertain: flags !== '' && !bareSlash.test(inner) && onlyInPatterns.test(inner),
    instead: `write "${inner}" (case is ignored), or begin with [/] if the slash is part of the prompt`,
  };
}

/** With flags as JavaScript accepts them: each once, and `u` not with `v`. */
const inSlashes =
  /^\/(?<inner>.+)\/(?=[dgimsuvy]*$)(?!.*(?:u.*v|v.*u|(?<twice>\w).*\k<twice>))(?<flags>.*)$/su;
/** JavaScript's notation escapes a slash, or puts it into a class. */
const bareSlash = /^(?:[^\\/[]|\\.|\[(?:[^\]\\]|\\.)*\])*\//su;
const onlyInPatterns = /[\\|^$]|[.)\]][*+?]|\(\?/u;

/** Compiles each pattern once; `undefined` if it is not a regular expression. */
function patternOf(source: string): Pattern | undefined {
  if (!patterns.has(source)) patterns.set(source, compiled(source));
  return patterns.get(source);
}

function compiled(source: string): Pattern | undefined {
  try {
    const plain = new RegExp(source, 'iu');
    const words = withUnicodeWords(source);
    const unicode = words === source ? plain : new RegExp(words, 'iu');
    return { plain, unicode, mayGoAstray: mayMultiply(source) };
  } catch {
    return undefined;
  }
}

function regexFor({ plain, unicode }: Pattern, text: string): RegExp {
  return beyondAscii.test(text) ? unicode : plain;
}

const beyondAscii = /[^\0-\x7f]/;

/** Up to this many alternations in sequence are matched quickly on any prompt. */
const fewChoices = 12;

/** The work stays small with at most one quantifier and few alternations, none of them inside a repeated group. */
function mayMultiply(source: string): boolean {
  const { repeats, choices, repeatsGroups } = patternWork(source);
  return repeats > 1 || choices > fewChoices || (choices > 0 && repeatsGroups);
}

/** Returns whether the text contains a match; `undefined` if time ran out. */
function foundInTime(regex: RegExp, text: string, cpuMs: number): boolean | undefined {
  try {
    return withinCpu(() => regex.test(text), { cpuMs });
  } catch {
    return undefined;
  }
}

/**
 * Texts that provoke backtracking: one or two of the pattern's own characters, or one of its own words, many times,
 * followed by a character that it does not expect.
 */
function hostile(source: string): string[] {
  const bare = source.toLowerCase().replaceAll(/\\./gsu, ' ');
  const own = new Set(['a', '1', ' ', '-', ...bare.replaceAll(/[^\p{L}\p{N}]/gu, '')]);
  const characters = [...own].slice(0, 12);
  const pairs = characters.flatMap((one) => characters.map((other) => (one === other ? one : one + other)));
  const words = (bare.match(/[\p{L}\p{N}]{3,}/gu) ?? []).slice(0, 16);
  return [...pairs, ...words].map((piece) => `${piece.repeat(64)}\u0000`);
}
