import { randomBytes } from 'node:crypto';
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

/** Everything that a model is to see, clean of secrets. */
export type Gathered = {
  readonly question: string;
  readonly material: readonly Material[];
  readonly images: readonly ContentPart[];
  /** Random, new for every call: who wrote a file cannot know how its fence ends. */
  readonly nonce: string;
  /** What the files take of a window. */
  readonly tokens: Tokens;
  readonly leftOut: readonly LeftOut[];
  readonly warnings: readonly string[];
};

type Wanted = {
  readonly question: string;
  readonly files: readonly FileInput[];
  /** The most that files may take. Default: their share of the window. */
  readonly mostTokens?: Tokens | undefined;
  readonly images?: readonly string[];
  /** Texts of the caller's own that quote what others wrote. */
  readonly notes: readonly NamedText[];
  readonly model: string;
};

/**
 * Reads, packs and redacts everything that a model is to see. What is named in the request alone is read: nothing
 * inside a file can add to it.
 * @throws ConclaveError for a file that may not be read, before any money is spent.
 */
export async function gatherMaterial(
  { question, files, images = [], notes, model, mostTokens = Infinity }: Wanted,
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
  const packed = await packFiles(collected.files, Math.min(mostTokens, room));
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

/** What a model that thinks and writes at length takes, and the tool's own prompt. */
const roomForAnswer = 16_000;
/** Line numbers, and tokenizers that count a third more than the one that is planned with. */
const shareForFiles = 0.6;
/** For a model of which no window is known. */
const likelyWindow = 128_000;

/** The window of the model that is named, else the widest there is: routing then leaves out whoever is too narrow. */
export function windowFor(name: string, catalogue: Catalogue): Tokens {
  const resolution = catalogue.resolve(name);
  if (resolution.kind === 'model') return resolution.model.contextWindow ?? likelyWindow;
  const models = catalogue
    .models()
    .filter(
      ({ local, capabilities }) => capabilities.embeddings !== true && (!resolution.localOnly || local),
    );
  return Math.max(roomForAnswer * 2, ...models.map(({ contextWindow }) => contextWindow ?? 0));
}

function nothingLeft(leftOut: readonly LeftOut[]): ConclaveError {
  const reasons = leftOut.slice(0, 5).map(({ path, detail }) => `${path}: ${detail}`);
  return new ConclaveError(
    'invalid_request',
    `None of the files can be sent: ${reasons.join('; ') || 'they are empty folders'}.`,
    { param: 'files' },
  );
}
