import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import { usdText } from '../../src/core/units.ts';
import { ConclaveError, createConclave } from '../../src/index.ts';
import { silence, startAnsweringProvider, type Asked, type Says } from '../providers/answering-provider.ts';
import { conclave } from '../support/command-line.ts';
import { everySimulatedProvider, post, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { ledgerRow } from '../support/ledger-rows.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

const answer = 'PostgreSQL is 5432, MySQL 3307.';
const claims = ['Port 5432 is PostgreSQL', 'Port 3307 is MySQL'];
const verdicts = [
  { claim: 1, verdict: 'supported', reason: 'so it is', correction: '' },
  { claim: 2, verdict: 'refuted', reason: 'looked up', correction: 'MySQL listens on 3306' },
];

const heard = ({ messages }: Asked) => JSON.stringify(messages);
const says = (_model: string, asked: Asked) => {
  if (heard(asked).includes('takes a text apart')) return JSON.stringify({ claims });
  return heard(asked).includes('without knowing who made them') ? JSON.stringify({ verdicts }) : answer;
};

const member = (name: string, family: string, more: object = {}) => ({
  id: `lab/${name}`,
  family,
  tier: 'workhorse' as const,
  price: { input: 10, output: 10 },
  ...more,
});
/** One call of 1,000 input and 100 output tokens, in nano-dollars. */
const oneCall = 11_000_000;

/** Two models of the author's family, the cheaper one last, and one of another family. */
const twoFamilies = [
  member('author', 'kin'),
  member('other', 'stranger'),
  member('cousin', 'kin', { price: { input: 1, output: 1 } }),
];

async function labOf(
  t: TestContext,
  models: NonNullable<ConfigInput['models']> = twoFamilies,
  scripted: Says = says,
) {
  const lab = await startAnsweringProvider(t, scripted);
  const config: ConfigInput = {
    providers: { lab: { dialect: 'openai-chat', baseUrl: lab.url, apiKey: 'k' } },
    models,
    routing: { retries: 0 },
  };
  return { lab, config };
}

async function startVerifying(
  t: TestContext,
  models?: NonNullable<ConfigInput['models']>,
  scripted?: Says,
  server: ConfigInput['server'] = {},
) {
  const { lab, config } = await labOf(t, models, scripted);
  return { lab, config, gateway: await startTestGateway(t, { config: { ...config, server } }) };
}

const question = {
  model: 'lab/author',
  max_tokens: 300,
  messages: [{ role: 'user', content: 'SECRET-QUESTION: which ports?' }],
};

type Answered = {
  readonly conclave?: {
    readonly verification: {
      readonly verified: boolean;
      readonly checker: string;
      readonly claims: readonly { readonly verdict: string }[];
      readonly disputed: readonly unknown[];
      readonly cost_nano_usd: number;
      readonly request_id: string;
    };
  };
};

const wish = { 'x-conclave-verify': 'true' };
const paths = [
  ['/v1/chat/completions', 'choices'],
  ['/v1/messages', 'content'],
] as const;

for (const [path, member] of paths) {
  test(`an answer of ${path} is verified by another family if a header requests it`, async (t) => {
    const { lab, gateway } = await startVerifying(t);
    const plain = await (await post(gateway, path, question)).json();
    const reply = await post(gateway, path, question, wish);
    assert.equal(reply.status, 200);
    const body = (await reply.json()) as Answered & Record<string, unknown>;
    assert.deepEqual(
      body[member],
      (plain as Record<string, unknown>)[member],
      'the answer is the same as without verification',
    );
    const found = body.conclave?.verification;
    assert.deepEqual([found?.verified, found?.checker], [false, 'lab/other']);
    assert.deepEqual(
      found?.claims.map(({ verdict }) => verdict),
      ['supported', 'refuted'],
    );
    assert.deepEqual(found?.disputed, [
      {
        claim: claims[1],
        author: { models: ['lab/author'], says: claims[1] },
        checker: { model: 'lab/other', says: 'MySQL listens on 3306', reason: 'looked up' },
      },
    ]);
    assert.deepEqual(
      lab.asked.map((asked) => asked.model),
      ['author', 'author', 'other', 'other'],
      'a cheaper model of the same family must not check it',
    );
    assert.ok(lab.asked.slice(2).every((asked) => !heard(asked).includes('SECRET-QUESTION')));
    assert.equal(found?.cost_nano_usd, 2 * oneCall);
    assert.equal(reply.headers.get('x-conclave-cost-usd'), '0.033', 'the cost includes the verification');
    await booked(gateway, reply, 4);
  });
}

/** Every paid call is in the ledger, and the calls of one request share a trace. */
async function booked(gateway: TestGateway, reply: Response, calls: number) {
  const { totalNanoUsd } = await gateway.app.ledger.costs({ since: 0, by: 'model' });
  assert.equal(Number(totalNanoUsd), calls * oneCall);
  const row = await ledgerRow(gateway, reply);
  const rows = await gateway.app.ledger.recent({ limit: 20 });
  const ofTrace = rows.filter(({ traceId }) => traceId === row.traceId);
  assert.equal(
    ofTrace.length,
    4,
    'the answer, the parent row of its verification and the two calls below it',
  );
}

test('the row of a verified call leads to its verification, and every report has the cost of both once', async (t) => {
  const { gateway } = await startVerifying(t);
  const tagged = { ...wish, 'x-conclave-tags': 'team-a' };
  const reply = await post(gateway, '/v1/chat/completions', question, tagged);
  const { conclave: added } = (await reply.json()) as Answered;
  const { id } = await ledgerRow(gateway, reply);
  const place = { folder: gateway.home, home: gateway.home };
  const shown = await conclave(['show', id, '--json'], place);
  const { children } = JSON.parse(shown.stdout) as {
    readonly children: readonly {
      readonly id: string;
      readonly parentId: string;
      readonly tool: string;
      readonly tags: readonly string[];
    }[];
  };
  for (const { tags } of children) assert.ok(tags.includes('team-a'), tags.join());
  const checked = added?.verification.request_id;
  // Ids of one millisecond have no order.
  assert.deepEqual(
    children.map(({ parentId, tool }) => `${tool} of ${parentId}`).toSorted(),
    [`verify of ${id}`, `verify of ${checked}`, `verify of ${checked}`].toSorted(),
  );
  const told = (await conclave(['show', id], place)).stdout;
  assert.match(told, /^cost +\$0\.033$/m);
  assert.match(told, /^calls +2$/m);
  const page = await fetch(`${gateway.url}/overview.json`, {
    headers: { authorization: `Bearer ${gateway.adminKey}` },
  });
  const { costs, calls } = (await page.json()) as {
    readonly costs: { readonly totalNanoUsd: number; readonly calls: number };
    readonly calls: readonly { readonly id: string; readonly costNanoUsd: number }[];
  };
  assert.deepEqual([costs.totalNanoUsd, costs.calls], [3 * oneCall, 3]);
  assert.deepEqual(
    calls.map((call) => [call.id, call.costNanoUsd]),
    [[id, 3 * oneCall]],
    'what served the call is not listed again',
  );
});

test('the tag stakes:high requires verification, on a call and on a key', async (t) => {
  const { gateway } = await startVerifying(t);
  const tagged = await post(gateway, '/v1/messages', question, { 'x-conclave-tags': 'stakes: high' });
  assert.equal(((await tagged.json()) as Answered).conclave?.verification.checker, 'lab/other');
  const made = await fetch(`${gateway.url}/admin/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.adminKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'careful', tags: ['stakes:high'] }),
  });
  const { key } = (await made.json()) as { key: string };
  const reply = await post({ url: gateway.url, key }, '/v1/chat/completions', question);
  assert.equal(((await reply.json()) as Answered).conclave?.verification.verified, false);
});

test('streams, several choices and a missing second family are refused before any model is asked', async (t) => {
  const { lab, gateway } = await startVerifying(t, [member('author', 'kin'), member('cousin', 'kin')]);
  const refused = async (body: object, headers: Record<string, string>) => {
    const reply = await post(gateway, '/v1/chat/completions', { ...question, ...body }, headers);
    const { error } = (await reply.json()) as { error: { message: string; param: string; code: string } };
    return [reply.status, error.code, error.param, error.message] as const;
  };
  const streamed = await refused({ stream: true }, wish);
  assert.deepEqual(streamed.slice(0, 3), [400, 'unsupported', 'stream']);
  assert.match(streamed[3], /turn off streaming, or leave out verification/);
  assert.deepEqual((await refused({ n: 2 }, wish)).slice(0, 3), [400, 'unsupported', 'n']);
  const [, code, , message] = await refused({}, { 'x-conclave-tags': 'stakes:high' });
  assert.equal(code, 'no_candidate');
  assert.match(message, /only one family is configured; add a provider of another/);
  assert.deepEqual(lab.asked, []);
});

test("the verification of a tool's answer sees its files and images, and belongs to it in the ledger and in its cost", async (t) => {
  const capabilities = ['vision', 'json-schema'] as const;
  const sees = { capabilities: [...capabilities] };
  const { lab, config } = await labOf(t, [
    member('author', 'kin', sees),
    member('other', 'stranger', sees),
    { id: 'lab/unpriced', family: 'kin', tier: 'workhorse', ...sees },
  ]);
  const home = tempFolder(t);
  const folder = tempFolder(t, {
    'conclave.yaml': JSON.stringify(config),
    'ports.txt': 'MARKER',
    'ports.png': Buffer.from(png, 'base64'),
  });
  const library = await createConclave({ home, cwd: folder });
  t.after(() => library.close());
  const material = { files: ['ports.txt'], images: ['ports.png'] };
  const seen = () => heard(lab.asked.at(-1) ?? assert.fail('nothing was asked'));

  const asked = { prompt: 'SECRET-QUESTION: which ports?', verify: true, ...material };
  const answered = await library.thinkdeep({ ...asked, model: 'lab/author' });
  assert.equal(answered.verification?.['checker'], 'lab/other', answered.warnings.join());
  assert.match(seen(), /MARKER/);
  assert.match(seen(), /image_url/);
  assert.equal(answered.cost_nano_usd, 3 * oneCall);
  const shown = await conclave(['show', answered.request_id ?? '', '--json'], { folder, home });
  assert.match(shown.stdout, /"tool":"verify"/);

  const unknown = await library.thinkdeep({ ...asked, model: 'lab/unpriced' });
  assert.equal(unknown.verification?.['cost_nano_usd'], 2 * oneCall);
  assert.equal(unknown.cost_nano_usd, undefined);

  await library.verify({ text: answer, author: 'kin', ...material });
  assert.match(seen(), /MARKER/);
  assert.match(seen(), /image_url/);
});

/** One transparent pixel. */
const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

test('an optional verification gives the answer with a warning if there is no other family', async (t) => {
  const { lab, gateway } = await startVerifying(t, [member('author', 'kin'), member('cousin', 'kin')]);
  const reply = await post(gateway, '/v1/chat/completions', question, wish);
  assert.equal(reply.status, 200);
  assert.match(
    reply.headers.get('x-conclave-warnings') ?? '',
    /could not be verified: no_candidate: .*a family other than kin is required/,
  );
  assert.equal(((await reply.json()) as Answered).conclave, undefined);
  assert.equal(lab.asked.length, 1);
});

test('a dry run reports that the answer would be verified, and asks no model', async (t) => {
  const { lab, gateway } = await startVerifying(t);
  const dry = { 'x-conclave-dry-run': 'true' };
  const asked = async (headers: Record<string, string>) =>
    (await post(gateway, '/v1/messages', question, { ...dry, ...headers })).json();
  assert.equal(((await asked(wish)) as { verification: string }).verification, 'wanted');
  assert.equal(((await asked({})) as { verification: string }).verification, 'none');
  const { verification } = (await asked({ 'x-conclave-tags': 'stakes:high' })) as { verification: string };
  assert.equal(verification, 'required');
  assert.deepEqual(lab.asked, []);
});

test('a call restricted to local models is not sent to another provider for checking', async (t) => {
  const { lab, gateway } = await startVerifying(t);
  const local = { ...wish, 'x-conclave-tags': 'sensitive' };
  assert.notEqual((await post(gateway, '/v1/chat/completions', question, local)).status, 200);
  assert.deepEqual(lab.asked, []);
});

test('the library verifies as well, and its cost includes both', async (t) => {
  const { lab, config } = await labOf(t);
  const library = await createConclave({ config, home: tempFolder(t) });
  t.after(() => library.close());
  const asked = { model: 'lab/author', prompt: 'SECRET-QUESTION: which ports?' };
  const { text, verification, costNanoUsd } = await library.chat({ ...asked, verify: true });
  assert.equal(text, answer);
  assert.deepEqual([verification?.verified, verification?.checker], [false, 'lab/other']);
  assert.equal(costNanoUsd, BigInt(3 * oneCall));
  assert.ok((await library.chat({ ...asked, tags: ['stakes:high'] })).verification);
  assert.equal((await library.chat(asked)).verification, undefined);
  const before = lab.asked.length;
  await assert.rejects(
    async () => {
      for await (const _ of library.stream({ ...asked, verify: true })) assert.fail('a stream began');
    },
    (error: unknown) => error instanceof ConclaveError && error.code === 'unsupported',
  );
  assert.equal(lab.asked.length, before);
});

test('an answer without text, such as a tool call, makes no claims and adds no cost', async (t) => {
  const { lab, config } = await labOf(t);
  const library = await createConclave({
    config,
    home: tempFolder(t),
    providers: [
      {
        name: 'mute',
        models: [{ id: 'm', maxContext: 1000, costPerMToken: 1 }],
        chat: () => Promise.resolve({ text: '', toolCalls: [{ id: 'c', name: 'look', arguments: '{}' }] }),
        async *stream() {
          yield { type: 'tool-call', call: { id: 'c', name: 'look', arguments: '{}' } };
        },
        getModelInfo: () => ({ id: 'm', maxContext: 1000, costPerMToken: 1 }),
        estimateCost: () => 0,
      },
    ],
  });
  t.after(() => library.close());
  const { toolCalls, verification } = await library.chat({ model: 'mute/m', prompt: 'x', verify: true });
  assert.equal(toolCalls?.length, 1);
  assert.deepEqual([verification?.verified, verification?.claims], [false, []]);
  assert.deepEqual(lab.asked, []);
});

test('the command line prints the answer as it streams and its verification below', async (t) => {
  const { config } = await labOf(t);
  const folder = tempFolder(t);
  const home = join(folder, 'home');
  await mkdir(home);
  await writeFile(join(folder, 'conclave.yaml'), JSON.stringify(config));
  const ask = ['ask', '-m', 'lab/author', '--verify', 'which ports?'];
  const { stdout, stderr } = await conclave(ask, { folder, home });
  assert.match(stdout, new RegExp(`^${answer}\n\nVerification by lab/other: 1 supported, 1 disputed`));
  assert.match(stdout, /\[refuted\] Port 3307 is MySQL.*Instead: MySQL listens on 3306/);
  assert.match(stderr, /\$0\.033/);
});

test('a tool on the command line verifies its answer or warns that it could not, and a disabled one is refused', async (t) => {
  const { config } = await labOf(t);
  const folder = tempFolder(t);
  const home = join(folder, 'home');
  await mkdir(home);
  await writeFile(
    join(folder, 'conclave.yaml'),
    JSON.stringify({ ...config, tools: { disabled: ['tracer'] } }),
  );
  const chat = ['chat', '--model', 'lab/author', '--verify', '--json', 'which ports?'];
  const { stdout } = await conclave(chat, { folder, home });
  assert.equal(JSON.parse(stdout).verification.checker, 'lab/other');
  const refused = await conclave(['tracer', 'main', '--json'], { folder, home });
  assert.match(refused.stdout, /"permission".*disables the tool \\"tracer\\"/);

  const models = config.models?.filter(({ id }) => id === 'lab/author') ?? [];
  await writeFile(join(folder, 'conclave.yaml'), JSON.stringify({ ...config, models }));
  const alone = await conclave(chat, { folder, home });
  const { verification, warnings } = JSON.parse(alone.stdout);
  assert.equal(verification, undefined);
  assert.match(warnings.join(), /could not be verified: no_candidate/);
});

/** What a surface returns for one verified call: refused, or answered with its cost and warnings. */
type OfSurface = {
  readonly code?: string | undefined;
  readonly dollars?: number | undefined;
  readonly warnings: string;
  readonly checker?: string | undefined;
};

/** `strict` requires verification instead of requesting it. */
type AskOn = (
  t: TestContext,
  config: ConfigInput,
  strict: boolean,
  maxCostUsd?: number,
) => Promise<OfSurface>;

/** The ways to ask one plain question. */
const surfaces: Readonly<Record<string, AskOn>> = {
  async http(t, config, strict, maxCostUsd) {
    const gateway = await startTestGateway(t, { config });
    const headers = {
      ...(strict ? { 'x-conclave-tags': 'stakes:high' } : wish),
      ...(maxCostUsd !== undefined && { 'x-conclave-max-cost-usd': String(maxCostUsd) }),
    };
    const reply = await post(gateway, '/v1/chat/completions', question, headers);
    const body = (await reply.json()) as Answered & { readonly error?: { readonly code: string } };
    const cost = reply.headers.get('x-conclave-cost-usd') ?? 'unknown';
    return {
      code: body.error?.code,
      dollars: cost === 'unknown' ? undefined : Number(cost),
      warnings: reply.headers.get('x-conclave-warnings') ?? '',
      checker: body.conclave?.verification.checker,
    };
  },
  async library(t, config, strict, maxCostUsd) {
    const library = await createConclave({ config, home: tempFolder(t) });
    t.after(() => library.close());
    const asked = { model: 'lab/author', prompt: 'which ports?', maxOutputTokens: 300 };
    try {
      const { costNanoUsd, warnings, verification } = await library.chat({
        ...asked,
        ...(strict ? { tags: ['stakes:high'] } : { verify: true }),
        ...(maxCostUsd !== undefined && { limits: { maxCostUsd } }),
      });
      return { dollars: dollars(costNanoUsd), warnings: warnings.join(), checker: verification?.checker };
    } catch (thrown) {
      return { code: thrown instanceof ConclaveError ? thrown.code : 'none', warnings: '' };
    }
  },
  async 'command line'(t, config, strict, maxCostUsd) {
    const folder = tempFolder(t);
    const home = join(folder, 'home');
    await mkdir(home);
    await writeFile(join(folder, 'conclave.yaml'), JSON.stringify(config));
    const how = strict ? ['--tag', 'stakes:high'] : ['--verify'];
    if (maxCostUsd !== undefined) how.push('--max-cost-usd', String(maxCostUsd));
    const ran = await conclave(['ask', '-m', 'lab/author', ...how, '--json', 'which ports?'], {
      folder,
      home,
    });
    const { error, costNanoUsd, warnings = [], verification } = JSON.parse(ran.stdout);
    return {
      code: error?.code,
      dollars: dollars(costNanoUsd),
      warnings: warnings.join(),
      checker: verification?.checker,
    };
  },
};

function dollars(nanoUsd: bigint | number | undefined): number | undefined {
  return nanoUsd === undefined ? undefined : Number(nanoUsd) / 1e9;
}

const oneFamily = [member('author', 'kin'), member('cousin', 'kin')];

for (const [name, askOn] of Object.entries(surfaces)) {
  test(`${name}: the cost of a verified answer includes its verification`, async (t) => {
    const { config } = await labOf(t);
    const { dollars, checker } = await askOn(t, config, false);
    assert.deepEqual([dollars, checker], [(3 * oneCall) / 1e9, 'lab/other']);
  });

  test(`${name}: the cost is unknown if that of the verification is`, async (t) => {
    const { config } = await labOf(t, [
      member('author', 'kin'),
      { id: 'lab/other', family: 'stranger', tier: 'workhorse' },
    ]);
    const { dollars, checker } = await askOn(t, config, false);
    assert.deepEqual([dollars, checker], [undefined, 'lab/other']);
  });

  test(`${name}: an optional verification that fails adds a warning, and the cost is that of the answer`, async (t) => {
    const { config } = await labOf(t, oneFamily);
    const { dollars, checker, warnings } = await askOn(t, config, false);
    assert.match(warnings, /could not be verified: no_candidate/);
    assert.deepEqual([dollars, checker], [oneCall / 1e9, undefined]);
  });

  test(`${name}: a required verification is refused before any model is asked if there is no other family`, async (t) => {
    const { lab, config } = await labOf(t, oneFamily);
    assert.equal((await askOn(t, config, true)).code, 'no_candidate');
    assert.deepEqual(lab.asked, []);
  });

  test(`${name}: a verification may cost what the answer left of the ceiling`, async (t) => {
    // An answer costs $0.1001; the two calls of a check may cost about $0.01 each.
    const { config } = await labOf(t, [
      member('author', 'kin', { price: { input: 100, output: 1 } }),
      member('other', 'stranger', { price: { input: 1, output: 1 } }),
    ]);
    const refused = await askOn(t, config, false, 0.102);
    assert.match(
      refused.warnings,
      /could not be verified: .*what earlier calls left of the ceiling of \$0\.102/,
    );
    assert.deepEqual([refused.dollars, refused.checker], [0.1001, undefined]);
    assert.equal((await askOn(t, config, true, 0.102)).code, 'no_candidate');
    assert.equal((await askOn(t, config, false, 0.2)).checker, 'lab/other');
  });

  test(`${name}: the tag stakes:high requires verification`, async (t) => {
    const { config } = await labOf(t);
    assert.equal((await askOn(t, config, true)).checker, 'lab/other');
  });
}

test('an answer whose required verification fails is not given, and one whose verification was only wanted is', async (t) => {
  const fails: Says = (model, asked) => (model === 'other' ? 400 : says(model, asked));
  const { lab, gateway } = await startVerifying(t, twoFamilies, fails);
  const wanted = await post(gateway, '/v1/chat/completions', question, wish);
  assert.match(wanted.headers.get('x-conclave-warnings') ?? '', /could not be verified/);
  assert.match(await wanted.text(), /MySQL 3307/);
  const strict = { 'x-conclave-tags': 'stakes:high' };
  const required = await post(gateway, '/v1/chat/completions', question, strict);
  assert.equal(required.ok, false);
  assert.doesNotMatch(await required.text(), /MySQL 3307/);
  assert.equal(lab.asked.filter(({ model }) => model === 'author').length, 2);
});

/** A check whose first call is answered and whose second one ends so. */
const endsWith =
  (end: string | number): Says =>
  (model, asked) =>
    model === 'other' && !heard(asked).includes('takes a text apart') ? end : says(model, asked);

test('what a verification had cost when it failed is in the cost of the call, over HTTP, in the library and of a tool', async (t) => {
  const { config, gateway } = await startVerifying(t, twoFamilies, endsWith(400));
  const reply = await post(gateway, '/v1/chat/completions', { ...question, usage: { include: true } }, wish);
  assert.match(reply.headers.get('x-conclave-warnings') ?? '', /could not be verified: .*had cost \$0\.011/);
  assert.equal(reply.headers.get('x-conclave-cost-usd'), '0.022');
  const { usage } = (await reply.json()) as { readonly usage: { readonly cost: number } };
  assert.equal(usage.cost, 0.022);
  await booked(gateway, reply, 2);

  const library = await createConclave({ config, home: tempFolder(t) });
  t.after(() => library.close());
  const asked = { model: 'lab/author', prompt: 'which ports?', verify: true };
  const { costNanoUsd, warnings } = await library.chat(asked);
  assert.match(warnings.join(), /could not be verified/);
  assert.equal(costNanoUsd, BigInt(2 * oneCall));
  const tool = await library.thinkdeep(asked);
  assert.match(tool.warnings.join(), /could not be verified/);
  assert.equal(tool.cost_nano_usd, 2 * oneCall);
});

test('the cost of a verification that ran out of time is an estimate, and the reply says so', async (t) => {
  const { gateway } = await startVerifying(t, twoFamilies, endsWith(silence));
  const limit = { 'x-conclave-max-latency-ms': '3000' };
  const reply = await post(gateway, '/v1/chat/completions', question, { ...wish, ...limit });
  assert.match(reply.headers.get('x-conclave-warnings') ?? '', /could not be verified/);
  assert.equal(reply.headers.get('x-conclave-estimated'), 'true');
  const { totalNanoUsd } = await gateway.app.ledger.costs({ since: 0, by: 'model' });
  assert.ok(totalNanoUsd > 2 * oneCall, 'the prompt of the check that was given up may be billed');
  assert.equal(reply.headers.get('x-conclave-cost-usd'), usdText(BigInt(totalNanoUsd)));
});

test('a call whose verification ends it, or ends with the gateway, is named by the id of its answer', async (t) => {
  const failing = await startVerifying(t, twoFamilies, endsWith(400));
  const strict = { 'x-conclave-tags': 'stakes:high' };
  const failed = await post(failing.gateway, '/v1/chat/completions', question, strict);
  assert.equal(failed.ok, false);
  const answerId = failed.headers.get('x-conclave-request-id') ?? '';
  const { error } = (await failed.clone().json()) as { readonly error: { readonly message: string } };
  assert.match(error.message, /It had cost \$0\.011 by then: conclave show req_/);
  assert.ok(error.message.endsWith(`The answer had cost $0.011 by then: conclave show ${answerId}.`));
  const waiting = await startVerifying(t, twoFamilies, endsWith(silence), { drainMs: 50 });
  const asked = post(waiting.gateway, '/v1/chat/completions', question, wish);
  await until(() => waiting.lab.asked.length === 3, 'the check');
  await waiting.gateway.stop();
  const stopped = await asked;
  assert.equal(stopped.status, 503);
  for (const [gateway, reply] of [
    [failing.gateway, failed],
    [waiting.gateway, stopped],
  ] as const) {
    const row = await ledgerRow(gateway, reply);
    assert.deepEqual([row.state, row.model, row.parentId], ['ok', 'lab/author', undefined]);
    assert.equal(reply.headers.get('x-conclave-attempts'), '1');
    await reply.body?.cancel();
  }
});

test('a call and a tool that are cancelled while their answer is verified are cancelled', async (t) => {
  const waits: Says = (model, asked) => (model === 'other' ? silence : says(model, asked));
  const { lab, config } = await labOf(t, twoFamilies, waits);
  const library = await createConclave({ config, home: tempFolder(t) });
  t.after(() => library.close());
  const asked = { model: 'lab/author', prompt: 'which ports?', verify: true };
  const checks = () => lab.asked.filter(({ model }) => model === 'other').length;
  for (const ask of [
    (signal: AbortSignal) => library.chat({ ...asked, signal }),
    (signal: AbortSignal) => library.thinkdeep(asked, { signal }),
  ]) {
    const before = checks();
    const controller = new AbortController();
    const refused = assert.rejects(ask(controller.signal), { code: 'cancelled' });
    await until(() => checks() > before, 'the check');
    controller.abort();
    await refused;
  }
});

test('a required verification is made by the best model of another family', async (t) => {
  const { gateway } = await startVerifying(t, [
    member('author', 'kin'),
    member('other', 'stranger'),
    member('strong', 'stranger', { tier: 'frontier' }),
  ]);
  const checkerWith = async (headers: Record<string, string>) => {
    const reply = await post(gateway, '/v1/chat/completions', question, headers);
    return ((await reply.json()) as Answered).conclave?.verification.checker;
  };
  assert.equal(await checkerWith(wish), 'lab/other');
  assert.equal(await checkerWith({ 'x-conclave-tags': 'stakes:high' }), 'lab/strong');
});

test('the ceiling of a call also holds for its verification', async (t) => {
  const { lab, gateway } = await startVerifying(t);
  const reply = await post(gateway, '/v1/chat/completions', question, {
    ...wish,
    'x-conclave-max-cost-usd': '0.02',
  });
  assert.equal(reply.status, 200);
  assert.match(reply.headers.get('x-conclave-warnings') ?? '', /could not be verified: .*\$0\.02/);
  assert.deepEqual(
    lab.asked.map(({ model }) => model),
    ['author'],
  );
});

test('an answer that may not leave this machine is not sent to another provider for checking', async (t) => {
  const { lab, config } = await labOf(t);
  const house = await startAnsweringProvider(t, says);
  const gateway = await startTestGateway(t, {
    config: {
      ...config,
      providers: {
        ...config.providers,
        house: { dialect: 'openai-chat', baseUrl: house.url, apiKey: 'k', local: true },
      },
      models: [...twoFamilies, { ...member('x', 'own'), id: 'house/small' }],
    },
  });
  const reply = await post(
    gateway,
    '/v1/chat/completions',
    { ...question, model: 'house/small' },
    { ...wish, 'x-conclave-tags': 'sensitive' },
  );
  assert.equal(reply.status, 200, await reply.text());
  assert.match(reply.headers.get('x-conclave-warnings') ?? '', /could not be verified/);
  assert.deepEqual([house.asked.length, lab.asked], [1, []]);
});

test('embeddings make no claims: the tag stakes:high does not refuse them', async (t) => {
  const gateway = await startTestGateway(t, {
    config: (simulator) => ({ providers: everySimulatedProvider(simulator) }),
  });
  const body = { model: 'google/gemini-embedding-001', input: ['one', 'two'] };
  const reply = await post(gateway, '/v1/embeddings', body, { 'x-conclave-tags': 'stakes:high' });
  assert.equal(reply.status, 200);
  const { data, conclave: added } = (await reply.json()) as Answered & { readonly data: readonly object[] };
  assert.deepEqual([data.length, added], [2, undefined]);
});

test('the tag stakes:high of the local key holds on the command line: without a check there is no answer', async (t) => {
  const checks = { fail: false };
  const models = [...twoFamilies, member('strong', 'stranger', { tier: 'frontier' as const })];
  const { gateway, config, lab } = await startVerifying(t, models, (model, asked) =>
    model !== 'author' && checks.fail ? 500 : says(model, asked),
  );
  const local = await gateway.app.keys.find('local');
  await gateway.app.keys.change(local, { tags: ['stakes:high'] });
  const place = { folder: tempFolder(t), home: gateway.home };
  const configure = (available: ConfigInput['models']) =>
    writeFile(join(place.folder, 'conclave.yaml'), JSON.stringify({ ...config, models: available }));
  for (const name of ['ask', 'chat']) {
    const command = [name, '--model', 'lab/author', '--json', 'which ports?'];
    await configure(models);
    checks.fail = false;
    const verified = await conclave(command, place);
    assert.equal(JSON.parse(verified.stdout).verification?.checker, 'lab/strong', name);
    checks.fail = true;
    const unchecked = await conclave(command, place);
    assert.equal(unchecked.code, 3, name);
    assert.doesNotMatch(unchecked.stdout, /MySQL 3307/);
    await configure(oneFamily);
    const before = lab.asked.length;
    const refused = await conclave(command, place);
    assert.equal(JSON.parse(refused.stdout).error.code, 'no_candidate', name);
    assert.equal(lab.asked.length, before);
  }
});

test('a verification keeps to the providers that the call allows', async (t) => {
  const { lab, config } = await labOf(t);
  const house = { dialect: 'openai-chat' as const, baseUrl: lab.url, apiKey: 'k' };
  const providers = { ...config.providers, house };
  const models = [
    member('author', 'kin'),
    member('other', 'stranger'),
    { ...member('x', 'third'), id: 'house/third' },
  ];
  const gateway = await startTestGateway(t, { config: { ...config, providers, models } });
  const ask = (provider: object, headers: Record<string, string>) =>
    post(gateway, '/v1/chat/completions', { ...question, provider }, headers);
  const reply = await ask({ ignore: ['house'] }, wish);
  const body: Answered = JSON.parse(await reply.text());
  assert.equal(body.conclave?.verification.checker, 'lab/other');
  const alone = { ...question, model: 'house/third', provider: { only: ['house'] } };
  const before = lab.asked.length;
  const unverified = await post(gateway, '/v1/chat/completions', alone, wish);
  assert.equal(unverified.status, 200);
  assert.match(unverified.headers.get('x-conclave-warnings') ?? '', /could not be verified/);
  const required = { 'x-conclave-tags': 'stakes:high' };
  assert.equal((await post(gateway, '/v1/chat/completions', alone, required)).ok, false);
  assert.deepEqual(
    lab.asked.slice(before).map(({ model }) => model),
    ['third'],
  );
});
