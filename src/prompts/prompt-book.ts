import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConclaveError } from '../core/errors.ts';
import type { Model } from '../core/model.ts';
import { didYouMean } from '../core/names/did-you-mean.ts';
import { promptStyles, styleFor, type PromptStyle } from './prompt-style.ts';
import type { ToolPrompt } from './tool-prompt.ts';
import { instructions, systemText, turnText } from './write-prompt.ts';

/** A user's own instructions, by `<prompt>` or `<prompt>.<style>`. */
export type PromptOverrides = ReadonlyMap<string, string>;

type ModelTraits = Pick<Model, 'family' | 'local'>;

/** All prompts, with the user's own in the place of ours. */
export type PromptBook = {
  /** For the ledger: `prompt:<name>@<version>`. The version changes when a word of any form of it does. */
  tag(prompt: ToolPrompt): string;
  system(prompt: ToolPrompt, model: ModelTraits, nonce: string): string;
  turn(model: ModelTraits, turn: { readonly question: string; readonly material: string }): string;
};

export function promptBook(overrides: PromptOverrides = new Map()): PromptBook {
  const bodyOf = (prompt: ToolPrompt, style: PromptStyle) =>
    overrides.get(`${prompt.name}.${style}`) ?? overrides.get(prompt.name) ?? instructions(prompt, style);
  return {
    tag(prompt) {
      const forms = promptStyles.map((style) => bodyOf(prompt, style));
      const version = createHash('sha256').update(JSON.stringify(forms)).digest('hex').slice(0, 12);
      return `prompt:${prompt.name}@${version}`;
    },
    system(prompt, model, nonce) {
      const style = styleFor(model);
      return systemText(bodyOf(prompt, style), nonce, style);
    },
    turn: (model, turn) => turnText(styleFor(model), turn),
  };
}

/**
 * Reads the user's own prompts: `<prompt>.md` or `<prompt>.<style>.md` in a folder. A folder that is not there holds none.
 * @throws ConclaveError `configuration` for a file that names no prompt, with the nearest names.
 */
export async function readOverrides(
  folder: string,
  prompts: readonly ToolPrompt[],
): Promise<PromptOverrides> {
  const names = await readdir(folder).catch(() => []);
  const known = prompts.flatMap(({ name }) => [name, ...promptStyles.map((style) => `${name}.${style}`)]);
  const overrides = new Map<string, string>();
  for (const file of names.filter((name) => name.endsWith('.md')).toSorted()) {
    const name = file.slice(0, -'.md'.length);
    if (!known.includes(name)) throw unknownPrompt(join(folder, file), name, known);
    const text = (await readFile(join(folder, file), 'utf8')).trim();
    if (text !== '') overrides.set(name, text);
  }
  return overrides;
}

function unknownPrompt(path: string, name: string, known: readonly string[]): ConclaveError {
  const message = `${path}: there is no prompt "${name}"; ${didYouMean(name, known)}`;
  return new ConclaveError('configuration', message);
}
