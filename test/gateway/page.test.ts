import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { chromium, type Browser } from 'playwright-core';
import { rowText } from '../../src/surfaces/cli/commands/show.ts';
import { openTestGateway, post, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { httpClient } from '../support/mcp-clients.ts';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

describe(
  'the page',
  { skip: executablePath ? false : "needs Debian's chromium: apt-get install chromium" },
  () => {
    let browser: Browser;
    let gateway: TestGateway;
    before(async () => {
      gateway = await openTestGateway();
      browser = await chromium.launch({ executablePath: executablePath ?? '', args });
      for (const model of ['sonnet', 'gpt-mini', 'deepseek']) {
        const body = { model, max_tokens: 100, messages: [{ role: 'user', content: '<b>Hello</b>' }] };
        await (await post(gateway, '/v1/chat/completions', body)).text();
      }
    });
    after(async () => {
      await browser.close();
      await gateway.close();
    });

    test('shows spend, saving and the latest calls with their reasons to anyone with a key', async () => {
      const page = await browser.newPage();
      const problems: string[] = [];
      page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
      page.on('pageerror', (error) => problems.push(error.message));
      await page.goto(`${gateway.url}/#key=${gateway.key}`);
      await page.waitForSelector('#calls .call');
      assert.equal(await page.locator('#calls .call').count(), 3);
      assert.match(
        await page.locator('#figures').innerText(),
        /spent[\s\S]*3 calls[\s\S]*saved against the best frontier model/,
      );
      assert.match(
        await page.locator('#calls').innerText(),
        /anthropic\/claude-sonnet-5[\s\S]*was asked for/,
      );
      assert.doesNotMatch(page.url(), /key=/, 'the key does not stay in the address');
      assert.deepEqual(problems, []);
      await page.close();
    });

    for (const width of [360, 900, 1400]) {
      test(`the ids and costs of calls fit into a window of ${width} pixels`, async () => {
        const page = await browser.newPage({ viewport: { width, height: 800 } });
        await page.goto(`${gateway.url}/#key=${gateway.key}`);
        await page.waitForSelector('#calls .call');
        for (const part of [
          '#calls code.id',
          '#calls td:nth-child(5)',
          '#calls .why p',
          '#models td:nth-child(4)',
          '#keys td:nth-child(4)',
        ]) {
          const box = await page.locator(part).first().boundingBox();
          assert.ok(box && box.x >= 0 && box.x + box.width <= width, `${part}: ${JSON.stringify(box)}`);
        }
        assert.match(await page.locator('#calls code.id').first().innerText(), /^req_\w+$/);
        await page.close();
      });
    }

    test('shows what each key has spent of its budgets: all keys to the admin, its own to any other key', async () => {
      const ofPage = async (key: string) => {
        const page = await browser.newPage();
        await page.goto(`${gateway.url}/#key=${key}`);
        await page.waitForSelector('#keys tr');
        const rows = await page.locator('#keys tr').allInnerTexts();
        await page.close();
        return rows;
      };
      const { key: other } = await gateway.app.keys.issue({
        name: 'ci',
        budgets: [{ window: 'day', limitUsd: 2, unknownPrices: 'refuse' }],
      });
      const body = { model: 'haiku', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] };
      await (await post({ ...gateway, key: other }, '/v1/chat/completions', body)).text();
      const [own, ...more] = await ofPage(other);
      assert.deepEqual(more, []);
      assert.match(own ?? '', /^ci\s+1\s+\$0\.0\d+\s+\$0\.0\d+ of \$2\.00 a day$/);
      const all = await ofPage(gateway.adminKey);
      assert.deepEqual(all.map((row) => row.split(/\s/u)[0]).toSorted(), ['ci', 'local']);
    });

    test('a page without calls says how to send one', async (t) => {
      const own = await startTestGateway(t);
      const page = await browser.newPage();
      await page.goto(`${own.url}/#key=${own.key}`);
      await page.waitForSelector('#none:not([hidden])');
      assert.match(await page.locator('#none').innerText(), /No calls yet.*conclave ask/s);
      assert.equal(await page.locator('#overview').isVisible(), false);
      await page.close();
    });

    test('a negative saving has its sign before the dollar and the same number of digits as a positive one', async () => {
      const page = await browser.newPage();
      await page.route('**/overview.json', async (route) => {
        const shown = (await (await route.fetch()).json()) as { costs: object };
        const costs = { ...shown.costs, savingNanoUsd: -2_803_279_000, frontierNanoUsd: 1_000_000_000 };
        await route.fulfill({ json: { ...shown, costs } });
      });
      await page.goto(`${gateway.url}/#key=${gateway.key}`);
      await page.waitForSelector('#calls .call');
      const figures = await page.locator('#figures').innerText();
      assert.match(figures, /-\$2\.8033/);
      assert.doesNotMatch(figures, /\$-/);
      await page.close();
    });

    test('unknown prices and small amounts are not shown as zero, and older calls show their date', async () => {
      const page = await browser.newPage();
      await page.route('**/overview.json', async (route) => {
        const shown = (await (await route.fetch()).json()) as {
          costs: object;
          calls: { startedAt: number }[];
        };
        const costs = { ...shown.costs, totalNanoUsd: 200, unknownPriceCalls: 1 };
        const calls = shown.calls.map((call) => ({ ...call, startedAt: Date.UTC(2025, 2, 9, 12) }));
        await route.fulfill({ json: { ...shown, costs, calls } });
      });
      await page.goto(`${gateway.url}/#key=${gateway.key}`);
      await page.waitForSelector('#calls .call');
      assert.match(await page.locator('#figures').innerText(), /\$0\.0000002 \+ unknown/);
      assert.match(await page.locator('#calls .time').first().innerText(), /2025/);
      await page.close();
    });

    test('shows that Conclave is unreachable, and the time of its last figures', async () => {
      const page = await browser.newPage();
      await page.goto(`${gateway.url}/#key=${gateway.key}`);
      await page.waitForSelector('#calls .call');
      await page.route('**/overview.json', (route) => route.abort());
      await page.waitForSelector('#gone:not([hidden])', { timeout: 20_000 });
      assert.match(await page.locator('#gone').innerText(), /does not answer.*from \d/);
      await page.unroute('**/overview.json');
      await page.waitForSelector('#gone', { state: 'hidden', timeout: 20_000 });
      await page.close();
    });

    test('a key that was shortened for display is refused with an explanation, and the page keeps working', async () => {
      const page = await (await browser.newContext()).newPage();
      await page.goto(gateway.url);
      await page.fill('#key', 'ck-abcd…');
      await page.click('button');
      await page.waitForSelector('#problem:not([hidden])');
      assert.match(await page.locator('#problem').innerText(), /not a whole key/);
      await page.reload();
      await page.waitForSelector('#ask:not([hidden])');
      await page.goto(`${gateway.url}/#key=${gateway.key}`);
      await page.waitForSelector('#calls .call');
      assert.doesNotMatch(page.url(), /key=/);
      assert.equal(await page.locator('#problem').isVisible(), false);
      await page.close();
    });

    test('a panel is shown as one row with its number of calls, their whole cost and the models asked', async (t) => {
      const own = await startTestGateway(t);
      const client = await httpClient(t, own);
      const models = ['haiku', 'gpt-mini'];
      const vote = await client.callTool({
        name: 'consensus',
        arguments: { prompt: 'Ship it?', mode: 'vote', models },
      });
      const { request_id: id, cost_nano_usd: cost } = vote.structuredContent as {
        readonly request_id: string;
        readonly cost_nano_usd: number;
      };
      const page = await browser.newPage();
      await page.goto(`${own.url}/#key=${own.key}`);
      const panel = await page.locator('#calls .call', { hasText: id }).innerText();
      assert.match(panel, /consensus: 2 calls/);
      assert.match(panel, /asked .*anthropic\/claude-haiku/);
      assert.match(panel, /asked .*openai\/gpt\S+-mini/);
      assert.ok(panel.includes(`$${Number((cost / 1e9).toFixed(6))}`), `${panel} shows ${cost} nano-dollars`);
      await page.close();
      const row = await own.app.ledger.show(id);
      assert.ok(row);
      const children = await own.app.ledger.children(id);
      const told = rowText(row, { why: true, children });
      assert.match(told, /^calls {8}2$/m);
      assert.doesNotMatch(told, /\(children\)|no model was chosen/);
    });

    test('asks for a missing key, refuses a wrong one, and accepts the right one', async () => {
      const page = await (await browser.newContext()).newPage();
      await page.goto(gateway.url);
      await page.waitForSelector('#ask:not([hidden])');
      assert.equal(await page.locator('#overview').isVisible(), false);
      await page.fill('#key', 'ck-wrong');
      await page.click('button');
      await page.waitForSelector('#problem:not([hidden])');
      await page.fill('#key', gateway.key);
      await page.click('button');
      await page.waitForSelector('#calls .call');
      assert.equal(await page.locator('#ask').isVisible(), false);
      await page.close();
    });
  },
);
