import { Option } from 'commander';
import { argumentMeaning } from '../../../app.ts';
import { ConclaveError } from '../../../core/errors.ts';
import { isJsonObject } from '../../../core/json/json.ts';
import { readStandardInput, readTextFile } from '../input/read-text.ts';

/** One argument of a tool on the command line. */
export type ArgumentOption = {
  readonly argument: string;
  readonly option: Option;
  /** The `--no-…` form of a boolean argument. */
  readonly negative?: Option;
  /** Converts the words on the command line to the tool's argument. */
  readonly read: (given: unknown) => unknown;
};

/** Returns an option for every argument in the JSON Schema of the tool: `max_cost_usd` becomes `--max-cost-usd`. */
export function argumentOptions(tool: string, schema: unknown): ArgumentOption[] {
  const properties = isJsonObject(schema) ? schema['properties'] : undefined;
  if (!isJsonObject(properties)) return [];
  return Object.entries(properties).map(([argument, value]) => {
    const property = isJsonObject(value) ? value : {};
    const { placeholder, choices, read } = kindOf(argument, property);
    const flag = `--${kebabCase(argument)}`;
    const meaning = textOf(property['description']) || (argumentMeaning(argument, tool) ?? '');
    const described = [inFlags(meaning, { argument, properties }), presetOf(property)]
      .filter(Boolean)
      .join(' ');
    const option = new Option(placeholder ? `${flag} ${placeholder}` : flag, described);
    if (choices) option.choices(choices);
    const isFlag = placeholder === '';
    return { argument, option, read, ...(isFlag && { negative: negativeOf(argument) }) };
  });
}

/** The `--no-…` option, which is hidden from the help. */
function negativeOf(argument: string): Option {
  return new Option(`--no-${kebabCase(argument)}`).hideHelp();
}

function kebabCase(argument: string): string {
  return argument.replaceAll('_', '-');
}

type Kind = Pick<ArgumentOption, 'read'> & {
  readonly placeholder: string;
  readonly choices?: readonly string[];
};

type Property = Readonly<Record<string, unknown>>;

function kindOf(argument: string, property: Property): Kind {
  const choices = choicesOf(property);
  if (choices) return { placeholder: '<which>', choices, read: (given) => given };
  switch (property['type']) {
    case 'boolean':
      return { placeholder: '', read: (given) => given };
    case 'integer':
    case 'number':
      return { placeholder: '<number>', read: numberOrWord };
    case 'string':
      return { placeholder: '<text>', read: (given) => given };
    case 'array':
      return listKind(argument, isJsonObject(property['items']) ? property['items'] : {});
    default:
      return { placeholder: '<json>', read: (given) => jsonOf(argument, String(given)) };
  }
}

/** List items that may be objects are written as JSON; any other word is taken as it is. */
function listKind(argument: string, items: Property): Kind {
  const choices = choicesOf(items);
  if (choices) return { placeholder: '<which...>', choices, read: (given) => given };
  const read = (given: unknown) =>
    Array.isArray(given)
      ? given.flatMap((word) => (/^\s*[{[]/.test(word) ? jsonOf(argument, word) : [word]))
      : given;
  return items['type'] === 'string'
    ? { placeholder: '<values...>', read: (given) => given }
    : { placeholder: '<words or json...>', read };
}

function choicesOf(property: Property): readonly string[] | undefined {
  const listed = property['enum'];
  return Array.isArray(listed) && listed.every((choice) => typeof choice === 'string') ? listed : undefined;
}

/** Rewrites a meaning for the command line: other arguments by their flags, `false` by the negative one. */
function inFlags(meaning: string, own: { readonly argument: string; readonly properties: Property }): string {
  return meaning
    .replace(/\bfalse: /, `--no-${kebabCase(own.argument)}: `)
    .replaceAll(/`([^`]*)`/g, (_, code: string) =>
      Object.hasOwn(own.properties, code) ? `--${kebabCase(code)}` : code,
    );
}

function presetOf({ default: preset }: Property): string {
  const isNothing = preset === undefined || (Array.isArray(preset) && preset.length === 0);
  return isNothing ? '' : `(default: ${JSON.stringify(preset)})`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Converts numbers; anything else is left to the tool's own validation, which names the argument. */
function numberOrWord(given: unknown): unknown {
  return typeof given === 'string' && given.trim() !== '' && Number.isFinite(Number(given))
    ? Number(given)
    : given;
}

function jsonOf(argument: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : '';
    throw new ConclaveError(
      'invalid_request',
      `--${kebabCase(argument)} is not JSON: ${problem}; quote it for the shell.`,
      { cause, param: argument },
    );
  }
}

/** Resolves a word: `-` is standard input, `@path` is the text of a file, anything else is the text itself. */
export async function textFrom(word: string): Promise<string> {
  if (word === '-') return readStandardInput();
  return word.startsWith('@') ? readTextFile(word.slice(1), word) : word;
}
