import { ConclaveError } from '../../../core/errors.ts';

const word = /(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/gsu;
const piece = /\\(.)|"((?:[^"\\]|\\.)*)"|'([^']*)'/gsu;

/**
 * Splits a command into words like a shell: quotes group words, a backslash escapes the next character. Nothing is
 * expanded.
 * @throws ConclaveError `invalid_request` for an unclosed quote; `where` names its place.
 */
export function splitWords(command: string, where: string): string[] {
  if (command.replaceAll(word, '').trim() !== '')
    throw new ConclaveError('invalid_request', `${where}: a quote is not closed in ${command}`, {
      param: where,
    });
  return (command.match(word) ?? []).map((one) =>
    one.replaceAll(
      piece,
      (_all, escaped?: string, quoted?: string, plain?: string) =>
        escaped ?? plain ?? (quoted ?? '').replaceAll(/\\(["\\$`])/gu, '$1'),
    ),
  );
}
