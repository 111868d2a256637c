import { ConclaveError } from '../../core/errors.ts';

const word = /(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/gsu;
const piece = /\\(.)|"((?:[^"\\]|\\.)*)"|'([^']*)'/gsu;

/**
 * The words of a command, as a shell splits them: quotes hold words together, a backslash takes the next character as it
 * is. Nothing is expanded. @throws ConclaveError `invalid_request` for a quote that is not closed; `where` names its place.
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
