import type { Finding } from '../../core/finding.ts';
import { plainWording } from './plain-wording.ts';

/**
 * True if two findings at the same place are the same report: the same text, or on the same line the same title or the
 * same specific rule. Only these are joined without a model: defects at one place share most of their words, so words
 * say little.
 */
export function areEqualReports(a: Finding, b: Finding): boolean {
  const titles = titlesOf(b);
  const sameTitle = titlesOf(a).some((title) => titles.includes(title));
  if (sameTitle && plainWording(a.explanation) === plainWording(b.explanation)) return true;
  if (a.startLine === undefined || a.startLine !== b.startLine) return false;
  return sameTitle || (haveSameRule(a, b) && !nameDifferentThings(a.title, b.title));
}

function titlesOf({ title, otherTitles = [] }: Finding): readonly string[] {
  return [title, ...otherTitles].map(plainWording);
}

/** A rule of one word, such as `injection`, is a category. */
function haveSameRule(a: Finding, b: Finding): boolean {
  return a.rule !== undefined && a.rule === b.rule && a.rule.includes('-');
}

/** True if each title names code or a number that the other does not: "req.user may be null", "req.body may be null". */
function nameDifferentThings(a: string, b: string): boolean {
  const [inA, inB] = [namesIn(a), namesIn(b)];
  return [...inA].some((name) => !inB.has(name)) && [...inB].some((name) => !inA.has(name));
}

function namesIn(title: string): Set<string> {
  return new Set(title.match(namePattern) ?? []);
}

/**
 * `a.b`, `call()`, `snake_case`, `camelCase`, `/path`, quoted code and numbers. Each is searched for only where a word
 * begins: searched for at every letter, it takes time with the square of a word's length.
 */
const namePattern =
  /`[^`]+`|\/[\w/:.-]+|(?<![\p{L}\p{N}_$])\p{N}*[\p{L}_$][\p{L}\p{N}_$]*(?:(?:\.[\p{L}_$][\p{L}\p{N}_$]*)+|(?=\())|(?<!\w)\w+_\w+|(?<!\p{Ll})\p{Ll}+\p{Lu}[\p{L}\p{N}]*|\d+/gu;
