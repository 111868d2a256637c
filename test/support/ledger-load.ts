import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { intent, settlement } from './ledger-samples.ts';
import { storageBackends } from './storage-backends.ts';

/** The instructions for a process that puts load on a shared ledger, passed as JSON in its first argument. */
export type LedgerLoad = {
  readonly backend: string;
  readonly address: string;
  readonly keyId: string;
  /** Makes this process's call ids unique. */
  readonly name: string;
  readonly calls: number;
  readonly concurrency: number;
  /** What each call reserves, in nano-dollars; its cost is between zero and this. */
  readonly reserve: number;
};

/** One line per acknowledged write, written immediately: whatever was printed was committed. */
export type LedgerLoadLine =
  | { readonly opened: string }
  | { readonly settled: string; readonly cost: number }
  | { readonly refused: string }
  | { readonly exceeded: string };

if (import.meta.main) await load(JSON.parse(process.argv[2] ?? '{}'));

async function load({
  backend,
  address,
  keyId,
  name,
  calls,
  concurrency,
  reserve,
}: LedgerLoad): Promise<void> {
  const store = await storageBackends.find((known) => known.name === backend)?.open(address);
  if (!store) throw new Error(`there is no backend ${backend}`);
  const { ledger, keys } = store;
  let next = 0;

  async function oneAfterAnother(): Promise<void> {
    while (next < calls) {
      const at = (next += 1);
      const id = `${name}-${at}`;
      const opened = await ledger.open(
        intent({ id, keyId, reserved: BigInt(reserve), inputEstimate: 7n, startedAt: Date.now() }),
        { unknownPrice: false },
      );
      if (!opened.ok) {
        say({ refused: id });
        continue;
      }
      say({ opened: id });
      for (const { spent, reserved, limitUsd } of await keys.budgets(keyId, Date.now())) {
        if (spent + reserved > BigInt(Math.round(limitUsd * 1e9))) say({ exceeded: id });
      }
      // Simulates the provider's latency: without it all calls would be at the same stage at the same time.
      await sleep(at % 7);
      const cost = (at * 7919) % (reserve + 1);
      await ledger.settle(settlement(id, { cost: BigInt(cost) }));
      say({ settled: id, cost });
    }
  }

  await Promise.all(Array.from({ length: concurrency }, oneAfterAnother));
  await store.close();
}

function say(line: LedgerLoadLine): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}
