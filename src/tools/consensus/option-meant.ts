import { withoutEnd } from '../../core/patterns/without-end.ts';
import { plainWording } from '../wording/plain-wording.ts';

/**
 * Returns the option that an answer names: exactly, in other case or spacing, by its number or letter in the list, or in
 * a sentence such as "I vote for X." Anything else is `undefined`: prose that contains an option may reject it.
 */
export function optionMeant(options: readonly string[], answer: string): string | undefined {
  if (options.includes(answer)) return answer;
  return (
    onlyOne(options, (option) => trimmed(option) === trimmed(answer)) ??
    byPosition(options, answer) ??
    byWording(options, answer) ??
    byBoth(options, answer) ??
    inFrame(options, answer)
  );
}

function byWording(options: readonly string[], answer: string): string | undefined {
  return onlyOne(options, (option) => bare(option) === bare(answer));
}

/** `SQLite (Option B)`: the words and the place name the same option. */
function byBoth(options: readonly string[], answer: string): string | undefined {
  const place = /\s[([](?:option\s{1,3})?(\d{1,2}|[a-z])[)\]][.!*_"'`]*$/i.exec(answer.trim());
  const option = place === null ? undefined : atMark(options, place[1] ?? '');
  return option !== undefined && byWording(options, answer.trim().slice(0, place?.index)) === option
    ? option
    : undefined;
}

/** The option at a number, counted from 1, or at a letter. */
function atMark(options: readonly string[], mark: string): string | undefined {
  return options[/\d/.test(mark) ? Number(mark) - 1 : mark.toLowerCase().charCodeAt(0) - 97];
}

/** `2`, `Option B`, `B. SQLite`, `B (SQLite)` or `c) because …`, unless an option at another position has the number in its words. */
function byPosition(options: readonly string[], answer: string): string | undefined {
  const [, mark = '', rest = ''] =
    /^[\s*_"'`([]*(?:option\s+)?(\d{1,2}|[a-z])[*_"'`]*(?:[.):\]]+|\s+(?:[-–—]|(?=[([]))|$)(.*)$/is.exec(
      answer.trim(),
    ) ?? [];
  if (mark === '') return undefined;
  const option = atMark(options, mark);
  if (option === undefined) return undefined;
  if (options.some((other) => other !== option && wordsOf(other).includes(mark.toLowerCase())))
    return undefined;
  const said = bare(withoutBrackets(rest));
  return said === '' || said === bare(option) || startsReason.test(said) ? option : undefined;
}

/** The answer is nothing but an option in one of the usual sentences. */
function inFrame(options: readonly string[], answer: string): string | undefined {
  const plain = bare(answer);
  for (const frame of frames) {
    const named = frame.exec(plain)?.[1];
    const option =
      named === undefined
        ? undefined
        : (byPosition(options, named) ?? byWording(options, named) ?? byBoth(options, named));
    if (option !== undefined) return option;
  }
  return undefined;
}

const startsReason = /^[,;:]?\s*because\b/;

const frames: readonly RegExp[] = [
  /^(?:i|we)(?:'d| would|'ll| will)? (?:vote(?: for)?|choose|pick|select|take|prefer|favou?r|recommend|suggest|go (?:with|for)) (.+?)(?: here)?$/,
  /^(?:my|the|our) (?:final |best )?(?:vote|choice|pick|answer|option|preference|recommendation)(?: is(?: for)?| goes to|:) ?(.+)$/,
  /^(?:vote|choice|answer|option|decision): ?(.+)$/,
  /^(.+?)[,.;:]? because\b.*$/,
];

function onlyOne(options: readonly string[], fits: (option: string) => boolean): string | undefined {
  const [first, second] = options.filter(fits);
  return second === undefined ? first : undefined;
}

function trimmed(text: string): string {
  return text.trim().toLowerCase();
}

/** Without markup and quotation marks. Signs stay: `C++` is not `C`, and `-1` is not `+1`. */
function bare(text: string): string {
  const plain = text.trim().replace(/^[*_]+/, '');
  const [sign = ''] = /[.!]$/.exec(plain) ?? [];
  return plainWording(withoutEnd(plain.slice(0, plain.length - sign.length), /[*_]/) + sign);
}

function withoutBrackets(text: string): string {
  const inside = /^[([](.*)[)\]][.!]?$/s.exec(text.trim())?.[1];
  return inside ?? text;
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
