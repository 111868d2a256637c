import { rememberLatest } from '../../core/memories/remember-latest.ts';
import { plainName } from '../../core/names/plain-name.ts';

/** A size after a colon tells models apart: `qwen3:8b` is not `qwen3:32b`. Other variants, as `:free`, do not. */
const size = /:[\w.-]*\d+b\b[\w.-]*$/i;

/**
 * Returns a name that a model has at every provider: outcomes of `anthropic/claude-opus-5-5` and
 * `bedrock/global.anthropic.claude-opus-5-5` tell of each other.
 */
export function poolName(id: string): string {
  let name = latest.get(id);
  if (name === undefined) {
    name = `${plainName(id)}${size.exec(id)?.[0].toLowerCase() ?? ''}`;
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
