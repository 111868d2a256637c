import { joinStandings, type Standing } from '../../engine/deployments/health/standing.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Foundation } from '../foundation/foundation.ts';
import type { AppOptions } from '../options.ts';

/** What is known of the deployments, with the latest that other processes have written to the store. */
export type AppDeployments = {
  /** What this process knows. */
  own(): Promise<Standing>;
  /** What all processes that serve together know. */
  all(): Promise<Standing>;
};

export function appDeployments(
  { memory }: Pick<Foundation, 'memory'>,
  engine: Pick<Engine, 'deployments' | 'deadCredentials'>,
  { allDeployments }: Pick<AppOptions, 'allDeployments'>,
): AppDeployments {
  async function own(): Promise<Standing> {
    await memory.benches.latest();
    return { deployments: engine.deployments(), deadCredentials: engine.deadCredentials() };
  }
  return {
    own,
    async all() {
      const all = (await allDeployments?.()) ?? [];
      return all.length === 0 ? own() : joinStandings(all);
    },
  };
}
