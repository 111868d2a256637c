import type { JsonObject } from '../core/json/json.ts';

/**
 * Returns whether a name asks Ollama for a model of its cloud: `glm-5:cloud`, `gpt-oss:120b-cloud`. Ollama forwards
 * every such call to ollama.com, also for a model that it does not list
 * (https://docs.ollama.com/cloud; the suffixes are those of its `internal/modelref`).
 */
export function isCloudName(name: string): boolean {
  return /:(?:[^:/]*-)?cloud$/i.test(name.trim());
}

/**
 * Returns whether a server says that it forwards a model's calls to another host. A copy of a cloud model may have any
 * name, so Ollama's `/api/tags` and `/api/show` name the host and the model there.
 */
export function isForwarded(...reports: readonly JsonObject[]): boolean {
  return reports.some((one) => isName(one['remote_host']) || isName(one['remote_model']));
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
