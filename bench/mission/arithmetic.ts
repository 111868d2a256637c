import { type Claim, percent, usd } from './claim.ts';
import { type PriceList, type Role, publication, today } from './price-lists.ts';

/** The distribution of calls over models; the shares add up to one. */
type Mix = Readonly<Partial<Record<Role, number>>>;

/** Returns every figure that can be checked with prices and tokens alone, at both dates. */
export function arithmeticClaims(): Claim[] {
  return [publication, today].flatMap((prices) => [
    ...monthlyBill(prices),
    worker(prices),
    precommit(prices),
    fiveStreams(prices),
    developerDay(prices),
  ]);
}

/** Tokens of an ordinary call of a coding agent's tool. */
const ordinary = { input: 1_000, output: 300 };

/** The published page does not say which model did all the work before, so both readings are shown. */
function monthlyBill(prices: PriceList): Claim[] {
  const mix: Mix = { haiku: 0.75, sonnet: 0.2, opus: 0.04, gemini: 0.01 };
  return (['sonnet', 'opus'] as const).map((before) => {
    const ratio = costOfMix(prices, mix) / costOfMix(prices, { [before]: 1 });
    return {
      promise: 'monthly bill of a mixed team',
      published: '$340 → $85',
      kind: 'arithmetic',
      prices: prices.date,
      traffic: `75 % Haiku, 20 % Sonnet, 4 % Opus, 1 % Gemini instead of all ${before === 'opus' ? 'Opus' : 'Sonnet'}; 1,000 tokens in, 300 out`,
      found: `$340 → ${usd(340 * ratio)}`,
      goal: '≤ $85',
      met: 340 * ratio <= 85,
    };
  });
}

function worker(prices: PriceList): Claim {
  const calls = 500 * 30;
  const dear = calls * prices.costOf('opus', 500, 113);
  const cheap = calls * prices.costOf('deepseek', 500, 113);
  return {
    promise: 'a worker of 500 requests a day, a month',
    published: '$240 → $4',
    kind: 'arithmetic',
    prices: prices.date,
    traffic: 'DeepSeek instead of Opus; 500 tokens in, 113 out (for which Opus cost $240)',
    found: `${usd(dear)} → ${usd(cheap)}`,
    goal: '≤ $4, and as small a share',
    met: cheap <= 4 && cheap <= (dear * 4) / 240,
  };
}

function precommit(prices: PriceList): Claim {
  const commits = 15;
  const scan = prices.costOf('haiku', 1_500, 100);
  const review = prices.costOf('sonnet', 2_500, 400);
  const panel = (['opus', 'gpt', 'gemini'] as const).reduce(
    (sum, role) => sum + prices.costOf(role, 2_500, 800),
    0,
  );
  const everything = commits * panel;
  const staged = commits * (scan + 0.1 * review + 0.01 * panel);
  return {
    promise: 'the pre-commit pipeline, a day',
    published: '$2–3 → $0.05',
    kind: 'arithmetic',
    prices: prices.date,
    traffic: `${commits} commits: Haiku scans each, Sonnet reviews 1 in 10, a panel of three 1 in 100; before, the panel for each`,
    found: `${usd(everything)} → ${usd(staged)}`,
    goal: '≤ $0.05',
    met: staged <= 0.05,
  };
}

function fiveStreams(prices: PriceList): Claim {
  const stream = (role: Role) => prices.costOf(role, 30_000, 10_000);
  const before = 5 * stream('sonnet');
  const after = 3 * stream('sonnet') + 2 * stream('haiku');
  return {
    promise: 'five parallel streams',
    published: '$1.20 → $0.88',
    kind: 'arithmetic',
    prices: prices.date,
    traffic:
      'two of five Sonnet streams move to Haiku; 30,000 tokens in, 10,000 out each (for which they cost $1.20)',
    found: `${usd(before)} → ${usd(after)}`,
    goal: 'as small a share',
    met: after / before <= 0.88 / 1.2,
  };
}

function developerDay(prices: PriceList): Claim {
  const mix: Mix = { opus: 0.1, sonnet: 0.5, haiku: 0.4 };
  const ratio = costOfMix(prices, mix) / costOfMix(prices, { opus: 1 });
  return {
    promise: "a heavy user's day",
    published: '$32 → $8',
    kind: 'arithmetic',
    prices: prices.date,
    traffic: '10 % Opus, 50 % Sonnet, 40 % Haiku instead of all Opus; 1,000 tokens in, 300 out',
    found: `$32 → ${usd(32 * ratio)} (${percent(1 - ratio)} saved)`,
    goal: '≤ $8',
    met: 32 * ratio <= 8,
  };
}

function costOfMix(prices: PriceList, mix: Mix): number {
  let cost = 0;
  for (const role of Object.keys(prices.names) as Role[]) {
    // `names` is a record over all roles, so its keys are roles.
    cost += (mix[role] ?? 0) * prices.costOf(role, ordinary.input, ordinary.output);
  }
  return cost;
}
