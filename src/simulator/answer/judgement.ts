import { chance } from '../chance.ts';
import type { World } from '../compose.ts';

/**
 * Whether a model is wrong about something.
 * The errors of two models with the same error rate have exactly the correlation `world.correlation` (ρ): each follows
 * the shared draw with probability √ρ, else its own, so the correlation of any two of them is √ρ·√ρ. For different
 * rates it is that share of the highest correlation that such rates allow.
 * @param who the model; @param what the thing judged; @param rate its error rate, 0 to 1
 */
export function errs(world: World, who: string, what: string, rate: number): boolean {
  const drawn = followsAll(world, who, what)
    ? chance(world.seed, 'all', what)
    : chance(world.seed, 'own', who, what);
  return drawn < rate;
}

/** A random number for how a model errs: models that err together make the same mistake. */
export function mistake(world: World, who: string, what: string): number {
  return followsAll(world, who, what)
    ? chance(world.seed, 'mistake', what)
    : chance(world.seed, 'mistake', who, what);
}

function followsAll(world: World, who: string, what: string): boolean {
  return chance(world.seed, 'follows', who, what) < Math.sqrt(world.correlation);
}

/** How often a model of this skill is wrong about a thing of this difficulty (0 to 1; the skill refers to 0.5). */
export function errorRate(skill: number, difficulty: number): number {
  return Math.min(0.95, (1 - skill) * (difficulty / 0.5) ** 1.5);
}
