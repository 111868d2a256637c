import { hash } from 'node:crypto';
import type { Asked, Piece } from './asked.ts';
import { pieceTokens, promptTokens, tokensPerPrompt, tokensPerTurn, toolTokens } from './tokens.ts';

/** The prompt's tokens by how the provider's cache handled them; they add up to the whole prompt. */
export type CachedPrompt = {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly cacheWriteLong: number;
};

/**
 * `marked`: cached where the client marks it (Anthropic). `automatic`: every long prefix is cached. `automatic-billed`:
 * the same, and cache writes are billed.
 */
export type CacheKind = 'none' | 'marked' | 'automatic' | 'automatic-billed';

/** Remembers the prompts that each model has seen. Entries do not expire by time, so that tests do not depend on it. */
export class PromptCache {
  readonly #enabled: boolean;
  readonly #seen = new Set<string>();

  constructor(enabled: boolean) {
    this.#enabled = enabled;
  }

  /** Splits the prompt's tokens, and remembers this prompt for later ones. */
  split(kind: CacheKind, owner: string, asked: Asked): CachedPrompt {
    const total = promptTokens(asked);
    const uncached = { input: total, cacheRead: 0, cacheWrite: 0, cacheWriteLong: 0 };
    if (!this.#enabled || kind === 'none' || total < shortestCached) return uncached;
    const prefixes = prefixesOf(owner, asked);
    return kind === 'marked'
      ? this.#splitMarked(prefixes, uncached)
      : this.#splitAutomatic(prefixes, uncached, kind === 'automatic-billed');
  }

  clear(): void {
    this.#seen.clear();
  }

  #splitAutomatic(prefixes: readonly Prefix[], uncached: CachedPrompt, billed: boolean): CachedPrompt {
    const long = prefixes.filter(({ tokens }) => tokens >= shortestCached);
    const read = wholeSteps(long.findLast(({ key }) => this.#seen.has(key))?.tokens ?? 0);
    for (const { key } of long) this.#remember(key);
    const written = billed ? Math.max(0, wholeSteps(long.at(-1)?.tokens ?? 0) - read) : 0;
    return { ...uncached, input: uncached.input - read - written, cacheRead: read, cacheWrite: written };
  }

  /** Drops the oldest of very many entries, so that a simulator can run for weeks. */
  #remember(key: string): void {
    this.#seen.add(key);
    const [oldest] = this.#seen;
    if (this.#seen.size > 100_000 && oldest !== undefined) this.#seen.delete(oldest);
  }

  #splitMarked(prefixes: readonly Prefix[], uncached: CachedPrompt): CachedPrompt {
    const lastMark = prefixes.findLastIndex(({ mark, tokens }) => mark && tokens >= shortestCached);
    if (lastMark < 0) return uncached;
    const cacheable = prefixes.slice(0, lastMark + 1);
    const read = cacheable.findLast(({ key }) => this.#seen.has(key))?.tokens ?? 0;
    for (const { key, mark, tokens } of cacheable) {
      if (mark && tokens >= shortestCached) this.#remember(key);
    }
    const marked = cacheable.at(-1)?.tokens ?? 0;
    const longUntil = cacheable.findLast(({ mark }) => mark === 'long')?.tokens ?? 0;
    const cacheWriteLong = Math.max(0, longUntil - read);
    return {
      input: uncached.input - Math.max(marked, read),
      cacheRead: read,
      cacheWriteLong,
      cacheWrite: Math.max(0, marked - read) - cacheWriteLong,
    };
  }
}

const shortestCached = 1024;

/** OpenAI counts cached tokens in steps of 128. */
function wholeSteps(tokens: number): number {
  return tokens - (tokens % 128);
}

/** The prompt up to and including one of its pieces. */
type Prefix = { readonly key: string; readonly tokens: number; readonly mark: Piece['cache'] };

function prefixesOf(owner: string, asked: Asked): Prefix[] {
  const prefixes: Prefix[] = [];
  let key = owner;
  let tokens = tokensPerPrompt;
  const extend = (content: string, added: number, mark: Piece['cache']): void => {
    key = hash('sha1', key + content, 'base64');
    tokens += added;
    prefixes.push({ key, tokens, mark });
  };
  for (const tool of asked.tools) {
    extend(tool.name + tool.description + JSON.stringify(tool.schema), toolTokens(tool), tool.cache);
  }
  for (const turn of asked.turns) {
    for (const [index, { cache, ...piece }] of turn.pieces.entries()) {
      const content = turn.role + JSON.stringify(piece);
      extend(content, pieceTokens(piece) + (index === 0 ? tokensPerTurn : 0), cache);
    }
  }
  return prefixes;
}
