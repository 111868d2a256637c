import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { chromium, type Browser } from 'playwright-core';
import { openTestGateway, post, type TestGateway } from '../support/gateway.ts';

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

    test('shows spend, saving and the latest calls with their why to whoever brings a key', async () => {
      const page = await browser.newPage();
      const problems: string[] = [];
      page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
      page.on('pageerror', (error) => problems.push(error.message));
      await page.goto(`${gateway.url}/#key=${gateway.key}`);
      await page.waitForSelector('#calls tr');
      assert.equal(await page.locator('#calls tr').count(), 3);
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

    test('a saving that is none has its sign before the dollar, and as many digits as a gain', async () => {
      const page = await browser.newPage();
      await page.route('**/overview.json', async (route) => {
        const shown = (await (await route.fetch()).json()) as { costs: object };
        const costs = { ...shown.costs, savingNanoUsd: -2_803_279_000, frontierNanoUsd: 1_000_000_000 };
        await route.fulfill({ json: { ...shown, costs } });
      });
      await page.goto(`${gateway.url}/#key=${gateway.key}`);
      await page.waitForSelector('#calls tr');
      const figures = await page.locator('#figures').innerText();
      assert.match(figures, /-\$2\.8033/);
      assert.doesNotMatch(figures, /\$-/);
      await page.close();
    });

    test('asks for a key without one, refuses a wrong one, and takes the right one', async () => {
      const page = await (await browser.newContext()).newPage();
      await page.goto(gateway.url);
      await page.waitForSelector('#ask:not([hidden])');
      assert.equal(await page.locator('#overview').isVisible(), false);
      await page.fill('#key', 'ck-wrong');
      await page.click('button');
      await page.waitForSelector('#problem:not([hidden])');
      await page.fill('#key', gateway.key);
      await page.click('button');
      await page.waitForSelector('#calls tr');
      assert.equal(await page.locator('#ask').isVisible(), false);
      await page.close();
    });
  },
);
