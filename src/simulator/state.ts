import type { Turn } from './asked.ts';
import { Ledger } from './bill.ts';
import type { World } from './compose.ts';
import { FaultBoard } from './fault-board.ts';
import type { Latency } from './latency.ts';
import { PromptCache } from './prompt-cache.ts';
import { RateWindow } from './rate-window.ts';
import type { SeenAbort, SeenRequest } from './seen-requests.ts';

/** Options of a simulator. */
export type SimulatorOptions = {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Determines everything that looks random. Default 1. */
  readonly seed?: number;
  /** The correlation of the models' errors: 0 independent, 1 identical. Default 0.3. */
  readonly correlation?: number;
  /** Default `plausible`. */
  readonly latency?: Latency;
  /** The most replies in progress at once; further requests are refused as too many. Default: no limit. */
  readonly concurrency?: number;
  /** Requests per credential and minute; further ones get 429. Default: no limit. */
  readonly requestsPerMinute?: number;
  /** Requests kept for `/__requests`. Default 200. */
  readonly keepRequests?: number;
  /** Whether to remember prompts and report cached tokens. Default true. */
  readonly promptCache?: boolean;
  /** The process may end while the simulator runs and no call is open. */
  readonly background?: boolean;
  /** Default `Date.now`. */
  readonly now?: () => number;
};

/** The state of a running simulator. */
export type SimulatorState = {
  readonly seed: number;
  readonly latency: Latency;
  readonly concurrency: number;
  readonly keepRequests: number;
  readonly world: World;
  readonly faults: FaultBoard;
  readonly rates: RateWindow;
  ledger: Ledger;
  seen: SeenRequest[];
  aborts: SeenAbort[];
  active: number;
  /** Turns of stored conversations, by the id that the provider assigned. */
  readonly conversations: Map<string, readonly Turn[]>;
};

export function newState(options: SimulatorOptions): SimulatorState {
  const seed = options.seed ?? 1;
  return {
    seed,
    latency: options.latency ?? 'plausible',
    concurrency: options.concurrency ?? Infinity,
    keepRequests: options.keepRequests ?? 200,
    world: {
      seed,
      correlation: options.correlation ?? 0.3,
      now: options.now ?? Date.now,
      cache: new PromptCache(options.promptCache ?? true),
    },
    faults: new FaultBoard(seed),
    rates: new RateWindow(options.requestsPerMinute, options.now ?? Date.now),
    ledger: new Ledger(),
    seen: [],
    aborts: [],
    active: 0,
    conversations: new Map(),
  };
}

/** Clears bill, requests, aborts, faults and cached prompts. */
export function reset(state: SimulatorState): void {
  state.ledger = new Ledger();
  state.seen = [];
  state.aborts = [];
  state.faults.clear();
  state.world.cache.clear();
  state.conversations.clear();
  state.rates.clear();
}
