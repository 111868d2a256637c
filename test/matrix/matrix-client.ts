import type { JsonValue } from '../../src/core/json/json.ts';
import type { Failure, Gateway } from '../clients/official-client.ts';

/** A turn that a program adds to a conversation. */
export type Turn =
  | { readonly kind: 'user'; readonly text: string; readonly pngBase64?: string }
  /** An earlier answer, as returned by the client itself. */
  | { readonly kind: 'answer'; readonly native: unknown }
  | {
      readonly kind: 'results';
      readonly results: readonly { readonly id: string; readonly output: string }[];
    };

export type Ask = {
  readonly model: string;
  readonly stream: boolean;
  readonly turns: readonly Turn[];
  /** Names of tools that take a city as input. */
  readonly tools?: readonly string[];
  /** The answer must be a city with its population. */
  readonly schema?: true;
  /** The model must think and show its reasoning. */
  readonly think?: true;
};

export type Answer = {
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly { readonly id: string; readonly name: string; readonly args: JsonValue }[];
  readonly finish: string;
  readonly usage: { readonly prompt: number; readonly completion: number; readonly reasoning: number };
  /** What goes into the next request. */
  readonly native: unknown;
};

/** An official client, as a program that holds conversations uses it. */
export type MatrixClient = {
  readonly name: string;
  ask(gateway: Gateway, ask: Ask): Promise<Answer>;
  failure(thrown: unknown): Failure;
};

export const cityParameters = {
  type: 'object' as const,
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};

export const citySchema = {
  type: 'object' as const,
  properties: { city: { type: 'string' }, population: { type: 'integer' } },
  required: ['city', 'population'],
  additionalProperties: false,
};
