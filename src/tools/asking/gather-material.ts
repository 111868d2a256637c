import { randomBytes } from 'node:crypto';
import { maxOf } from '../../core/lists/extremes.ts';
import type { Catalogue } from '../../core/catalogue.ts';
import type { ContentPart } from '../../core/wire/content.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { Tokens } from '../../core/units.ts';
import { collectFiles, type FileInput } from '../../files/collect-files.ts';
import type { LeftOut } from '../../files/left-out.ts';
import { packFiles, type NamedText } from '../../files/pack.ts';
import type { Roots } from '../../files/roots.ts';
import type { Redact } from '../../files/secrets.ts';
import { numbered, type Material } from '../../prompts/untrusted.ts';
import { readImages } from './read-images.ts';

/** Everything that a model is to see, with secrets removed. */
export type Gathered = {
  readonly question: string;
  readonly material: readonly Material[];
  readonly images: readonly ContentPart[];
  /** Random for every call, so that the author of a file cannot know how its fence ends. */
  readonly nonce: string;
  /** The tokens of the files. */
  readonly tokens: Tokens;
  readonly leftOut: readonly LeftOut[];
  readonly warnings: readonly string[];
};

type Wanted = {
  readonly question: string;
  readonly files: readonly FileInput[];
  /** The most tokens that the files may take. Default: their share of the window. */
  readonly maxTokens?: Tokens | undefined;
  readonly images?: readonly string[];
  /** Texts from the caller that may quote untrusted sources. */
  readonly notes: readonly NamedText[];
  readonly model: string;
};

/**
 * Reads, packs and redacts everything that a model is to see. Only what the request names is read: nothing inside a
 * file can add to it.
 * @throws ConclaveError for a file that may not be read, before anything is spent.
 */
export async function gatherMaterial(
  { question, files, images = [], notes, model, maxTokens = Infinity }: Wanted,
  {
    roots,
    catalogue,
    signal,
    redact,
  }: { roots: Roots; catalogue: Catalogue; signal: AbortSignal; redact: Redact },
): Promise<Gathered> {
  const window = windowFor(model, catalogue);
  const collected = await collectFiles(roots, files, { signal });
  const room = Math.floor((window - roomForAnswer) * shareForFiles);
  const packed = await packFiles(collected.files, Math.min(maxTokens, room));
  const leftOut = [...collected.leftOut, ...packed.leftOut];
  if (files.length > 0 && packed.files.length === 0) throw nothingLeft(leftOut);

  const warnings: string[] = [];
  async function withoutSecrets(name: string, text: string): Promise<string> {
    const { text: clean, redactions } = await redact(text);
    const lines = redactions.map(({ kind, line }) => `${kind} in line ${line}`).join(', ');
    if (lines) warnings.push(`Secrets in ${name} were replaced by markers: ${lines}.`);
    return clean;
  }
  const material: Material[] = [];
  for (const { path, text } of packed.files) {
    material.push({ kind: 'file', name: path, text: numbered(await withoutSecrets(path, text)) });
  }
  for (const { path, text } of notes)
    material.push({ kind: 'text', name: path, text: await withoutSecrets(path, text) });
  return {
    question: await withoutSecrets('the prompt', question),
    material,
    images: await readImages(roots, images),
    nonce: randomBytes(8).toString('hex'),
    tokens: packed.tokens,
    leftOut,
    warnings,
  };
}

/** Room for a long answer with reasoning, and for the tool's own prompt. */
const roomForAnswer = 16_000;
/** Leaves room for line numbers, and for tokenizers that count a third more than the one used for planning. */
const shareForFiles = 0.6;
/** Assumed for a model with an unknown window. */
const likelyWindow = 128_000;

/**
 * Returns the window of the named model, else the widest window of all: routing then drops models that are too narrow.
 */
export function windowFor(name: string, catalogue: Catalogue): Tokens {
  const resolution = catalogue.resolve(name);
  if (resolution.kind === 'model') return resolution.model.contextWindow ?? likelyWindow;
  const models = catalogue
    .models()
    .filter(
      ({ local, capabilities }) => capabilities.embeddings !== true && (!resolution.localOnly || local),
    );
  return maxOf([roomForAnswer * 2, ...models.map(({ contextWindow }) => contextWindow ?? 0)]);
}

function nothingLeft(leftOut: readonly LeftOut[]): ConclaveError {
  const reasons = leftOut.slice(0, 5).map(({ path, detail }) => `${path}: ${detail}`);
  return new ConclaveError(
    'invalid_request',
    `None of the files can be sent: ${reasons.join('; ') || 'they are empty folders'}.`,
    { param: 'files' },
  );
}
