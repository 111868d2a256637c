import type { Finding } from '../../../core/finding.ts';
import { plainWording } from '../../wording/plain-wording.ts';

/** The wording of a report as it is compared with others, computed once. */
export type ReportWording = {
  readonly titles: readonly string[];
  readonly explanation: string;
  /** Code and numbers that the title names. */
  readonly names: ReadonlySet<string>;
};

export function reportWording({ title, otherTitles = [], explanation }: Finding): ReportWording {
  return {
    titles: [title, ...otherTitles].map(plainWording),
    explanation: plainWording(explanation),
    names: new Set(title.match(namePattern) ?? []),
  };
}

/**
 * `a.b`, `call()`, `snake_case`, `camelCase`, `/path`, quoted code and numbers. Each is searched for only where a word
 * begins: searched for at every letter, it takes time with the square of a word's length.
 */
const namePattern =
  /`[^`]+`|\/[\w/:.-]+|(?<![\p{L}\p{N}_$])\p{N}*[\p{L}_$][\p{L}\p{N}_$]*(?:(?:\.[\p{L}_$][\p{L}\p{N}_$]*)+|(?=\())|(?<!\w)\w+_\w+|(?<!\p{Ll})\p{Ll}+\p{Lu}[\p{L}\p{N}]*|\d+/gu;
