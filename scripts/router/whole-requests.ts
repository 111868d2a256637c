import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ContentPart, Message } from '../../src/core/wire/content.ts';
import type { ModelRequest, ToolDefinition } from '../../src/core/wire/request.ts';
import type { Tier } from '../../src/core/task.ts';

/** A request as a client sends it, with its acceptable tasks and tiers. */
export type WholeRequest = {
  readonly name: string;
  readonly group: string;
  /** Task kinds that a person would accept; `none` means that no guess was made. */
  readonly tasks: readonly string[];
  /** Tiers that the default table may choose. Default: the tiers of `tasks`. */
  readonly tiers?: readonly Tier[];
  readonly request: ModelRequest;
};

type Turn = {
  readonly user?: readonly string[];
  readonly assistant?: string;
  readonly call?: string;
  readonly arguments?: object;
  readonly result?: string;
};

type Row = Omit<WholeRequest, 'request'> & {
  readonly system?: string;
  readonly tools?: readonly string[];
  readonly schema?: boolean;
  readonly turns: readonly Turn[];
};

/** Returns the repository's whole requests of both files. Nothing is fitted to them. */
export function wholeRequests(file: 'whole-requests' | 'everyday-requests'): WholeRequest[] {
  const path = join(import.meta.dirname, `../../fixtures/routing/${file}.jsonl`);
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const { system, tools, schema, turns, ...row }: Row = JSON.parse(line);
    return { ...row, request: requestOf({ system, tools, schema, turns }) };
  });
}

type Said = {
  readonly system: string | undefined;
  readonly tools: readonly string[] | undefined;
  readonly schema: boolean | undefined;
  readonly turns: readonly Turn[];
};

function requestOf({ system, tools = [], schema, turns }: Said): ModelRequest {
  const messages = turns.map(messageOf);
  return {
    model: 'auto',
    stream: false,
    messages: system === undefined ? messages : [{ role: 'system', content: [text(system)] }, ...messages],
    ...(tools.length > 0 && { tools: tools.map(toolNamed) }),
    ...(schema && { output: { type: 'json' } }),
  };
}

function messageOf({ user = [], assistant, call, arguments: given = {}, result }: Turn): Message {
  if (assistant !== undefined) return { role: 'assistant', content: [text(assistant)] };
  if (call !== undefined) {
    const part = { type: 'tool-call', id: 'call', name: call, arguments: JSON.stringify(given) } as const;
    return { role: 'assistant', content: [part] };
  }
  const said = user.map(text);
  if (result === undefined) return { role: 'user', content: said };
  const part = { type: 'tool-result', callId: 'call', content: [text(result)], isError: false } as const;
  return { role: 'user', content: [part, ...said] };
}

function text(said: string): Extract<ContentPart, { type: 'text' }> {
  return { type: 'text', text: said };
}

function toolNamed(name: string): ToolDefinition {
  return { name, inputSchema: { type: 'object' } };
}
