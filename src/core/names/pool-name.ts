import { rememberLatest } from '../memories/remember-latest.ts';
import { plainName } from './plain-name.ts';

/**
 * What stands after a colon tells models apart: `qwen3:8b` is not `qwen3:32b`, nor `phi3:mini` `phi3:medium`. Exceptions
 * are how OpenRouter serves a model (`:free`), Bedrock's revisions and windows (`-v1:0:300k`, `-1:0`), and `:latest`, which
 * Ollama assumes for a name without a tag.
 */
const tag =
  /(?<!-v?\d+:\d|-v\d+(?=:\d$)):(?!(?:0|latest|free|thinking|online|nitro|floor|exacto|extended|beta|batch)$)[\w.-]+$/i;

/** Names without a version or size (`small`, `default`) may be any model, at each provider another. */
const version = /\d/;

/**
 * Returns a name that a model has at every provider: outcomes of `anthropic/claude-opus-5-5` and
 * `bedrock/global.anthropic.claude-opus-5-5` tell of each other. A name that does not identify a model stands for itself.
 */
export function poolName(id: string): string {
  let name = latest.get(id);
  if (name === undefined) {
    const plain = plainName(id);
    name = version.test(plain) ? `${plain}${tag.exec(id)?.[0].toLowerCase() ?? ''}` : id;
    rememberLatest(latest, id, name, 2_000);
  }
  return name;
}

/** Decisions ask for the same few hundred names again and again. */
const latest = new Map<string, string>();

/** Whether two ids are one model at two providers. */
export function isElsewhere(one: string, other: string): boolean {
  return providerOf(one) !== providerOf(other) && poolName(one) === poolName(other);
}

/** Returns the part of an id before its first `/`. */
export function providerOf(id: string): string {
  return id.slice(0, Math.max(0, id.indexOf('/')));
}
