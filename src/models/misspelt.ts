import type { Model } from '../core/model.ts';
import { splitId } from './split-id.ts';

/**
 * Returns the id of a listed model of the same provider whose name differs in one or two letters but in no digit:
 * another digit is a version that the catalogue does not know yet, which any provider may have.
 */
export function misspelt(id: string, listed: readonly Model[]): string | undefined {
  const { provider, name } = splitId(id);
  const own = listed.filter((model) => model.provider === provider);
  if (own.some((model) => model.id === id)) return undefined;
  return own.find((model) => isSlip(name.toLowerCase(), model.name.toLowerCase()))?.id;
}

/** Returns whether a lower-case name differs from a known one in one or two letters of one word, but in no digit. */
export function isSlip(written: string, known: string): boolean {
  const figures = (name: string) => name.replaceAll(/\D+/g, ' ').trim();
  if (written.length < 5 || written[0] !== known[0] || figures(written) !== figures(known)) return false;
  // One letter added, missing or replaced, or two swapped, within one word.
  const start = [...written].findIndex((letter, at) => letter !== known[at]);
  if (start < 0) return false;
  const [a, b] = [written.slice(start), known.slice(start)];
  const isLetter = (text: string) => /^[a-z]/.test(text);
  const tooMany = isLetter(a) && a.slice(1) === b;
  const tooFew = isLetter(b) && a === b.slice(1);
  const swapped = a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2);
  return tooMany || tooFew || (isLetter(a) && isLetter(b) && (swapped || a.slice(1) === b.slice(1)));
}
