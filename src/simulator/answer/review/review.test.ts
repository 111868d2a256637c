import assert from 'node:assert/strict';
import { test } from 'node:test';
import { characterOf } from '../../character.ts';
import type { World } from '../../compose.ts';
import { PromptCache } from '../../prompt-cache.ts';
import { codeLinesIn, type CodeLine } from './code-lines.ts';
import { findDefects } from './find-defects.ts';
import { review } from './review.ts';

const worldOf = (correlation: number, seed: number): World => ({
  seed,
  correlation,
  now: () => 0,
  cache: new PromptCache(false),
});

/** Many small files with one defect each, alternating between four kinds. */
const kinds = 4;
const code: CodeLine[] = Array.from({ length: 5 * kinds }, (_, index) => [
  `<file path="src/f${index}.ts">`,
  [
    `for (let i = 0; i <= list${index}.length; i++) use(i);`,
    `const mean${index} = sum / list${index}.length;`,
    `const digest${index} = createHash('md5');`,
    `const name${index} = users.find((u) => u.id === ${index}).name;`,
  ][index % kinds] ?? '',
  '</file>',
]).flatMap((lines) => codeLinesIn(lines.join('\n')));

test('weak models overlook more than strong ones and report more false alarms', () => {
  const report = (model: string): { missed: number; imagined: number } => {
    let missed = 0;
    let imagined = 0;
    for (let seed = 0; seed < 40; seed += 1) {
      const findings = review(worldOf(0.3, seed), characterOf('openai', model), code);
      const real = new Set(findDefects(code).map(({ detector }) => detector.id));
      missed += findDefects(code).length - findings.filter(({ rule }) => real.has(rule)).length;
      imagined += findings.filter(({ rule }) => rule.startsWith('imagined')).length;
    }
    return { missed, imagined };
  };
  const strong = report('gpt-6-astra');
  const weak = report('gpt-5.4-nano');
  assert.ok(weak.missed > 2 * strong.missed, `${weak.missed} against ${strong.missed}`);
  assert.ok(weak.imagined > strong.imagined, `${weak.imagined} against ${strong.imagined}`);
  assert.ok(strong.missed > 0, 'the strong model misses some too');
});

for (const correlation of [0, 0.4, 0.8]) {
  test(`with a setting of ${correlation} the oversights of two reviewers have that correlation`, () => {
    const seeds = 800;
    const tallies = Array.from({ length: kinds }, () => new Tally());
    for (let seed = 0; seed < seeds; seed += 1) {
      const world = worldOf(correlation, seed);
      const [a, b] = [missedBy(world, 'gpt-5-mini'), missedBy(world, 'gpt-4.1-mini')];
      for (const [index, missed] of a.entries()) tallies[index % kinds]?.add(missed, b[index] ?? false);
    }
    const mean = tallies.reduce((sum, tally) => sum + tally.phi(), 0) / kinds;
    // Five places of one kind share a habit with probability 0.6 each, so they are worth 5 / (1 + 4 · 0.36) samples.
    const samples = (seeds * kinds * 5) / (1 + 4 * 0.36);
    assert.ok(Math.abs(mean - correlation) < 5 / Math.sqrt(samples * 0.24), String(mean));
  });
}

test('models have habits: a kind of defect overlooked once tends to be overlooked again', () => {
  let together = 0;
  let alone = 0;
  for (let seed = 0; seed < 100; seed += 1) {
    const missed = missedBy(worldOf(0.3, seed), 'gpt-5-mini');
    const [first, second] = [missed[0] ?? false, missed[4] ?? false];
    if (first === second) together += 1;
    else alone += 1;
  }
  assert.ok(together > alone + 20, `${together} against ${alone}`);
});

test('two models do not describe all defects in the same words', () => {
  const world = worldOf(1, 3);
  const titles = (model: string): string[] =>
    review(world, characterOf('x', model), code).map(({ title }) => title);
  assert.notDeepEqual(titles('claude-opus-5-5'), titles('gpt-6-astra'));
});

test('the same seed gives the same review', () => {
  const once = review(worldOf(0.3, 5), characterOf('openai', 'gpt-5-mini'), code);
  const again = review(worldOf(0.3, 5), characterOf('openai', 'gpt-5-mini'), code);
  assert.deepEqual(once, again);
});

function missedBy(world: World, model: string): boolean[] {
  const seen = new Set(
    review(world, characterOf('openai', model), code).map(({ rule, file }) => rule + file),
  );
  return findDefects(code).map(({ detector, at }) => !seen.has(detector.id + at.file));
}

/** How often two reviewers were wrong together, alone, and not at all. */
class Tally {
  #both = 0;
  #first = 0;
  #second = 0;
  #all = 0;

  add(a: boolean, b: boolean): void {
    this.#all += 1;
    if (a) this.#first += 1;
    if (b) this.#second += 1;
    if (a && b) this.#both += 1;
  }

  phi(): number {
    const [pa, pb] = [this.#first / this.#all, this.#second / this.#all];
    return (this.#both / this.#all - pa * pb) / Math.sqrt(pa * (1 - pa) * pb * (1 - pb));
  }
}
