import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { startServer, type Served } from '../../shared/local/serve/serve.ts';
import { openStore, type LocalStore } from '../../shared/local/store/sqlite-store.ts';

const CANDIDATES = [
  process.env['CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const CHROMIUM = CANDIDATES.find((path) => path !== '' && existsSync(path));

/** Pictures of the last run, for a person to look at. */
export const SHOTS = fileURLToPath(new URL('../../coverage/console/', import.meta.url));

export type Visit = {
  /** The server's origin, with a trailing slash, or a token. */
  readonly url: () => string;
  readonly store: () => LocalStore;
  readonly served: () => Served;
  /** A page at `hash`, once it has loaded. What it logs as an error, and what it asks elsewhere, fails the test. */
  readonly open: (hash: string, options?: BrowserContextOptions) => Promise<Page>;
  readonly shot: (page: Page, name: string) => Promise<void>;
};

/** Tests in a real browser over a store of their own; skipped, and said so, where there is no Chromium. */
export function describeInBrowser(
  name: string,
  fill: (storePath: string) => Promise<void>,
  tests: (visit: Visit) => void,
): void {
  if (CHROMIUM === undefined)
    console.warn(`SKIPPED: ${name}: no Chromium found; install one or set CHROMIUM to its path`);
  describe.skipIf(CHROMIUM === undefined)(name, () => {
    let browser: Browser;
    let served: Served;
    let store: LocalStore;
    const folder = mkdtempSync(join(tmpdir(), 'freeport-console-'));
    const storePath = join(folder, 'store.db');
    const troubles: string[] = [];
    beforeAll(async () => {
      await fill(storePath);
      store = openStore(storePath);
      served = await startServer({ storePath, port: 0, onFailure: (error) => troubles.push(String(error)) });
      browser = await chromium.launch({ executablePath: String(CHROMIUM), args: ['--no-sandbox'] });
      mkdirSync(SHOTS, { recursive: true });
    });
    afterAll(async () => {
      await browser?.close();
      await served?.close();
      store?.close();
      rmSync(folder, { recursive: true, force: true });
      expect(troubles).toEqual([]);
    });
    tests({
      url: () => served.url,
      store: () => store,
      served: () => served,
      shot: async (page, shotName) =>
        void (await page.screenshot({ path: join(SHOTS, `${shotName}.png`), fullPage: true })),
      open: async (hash, options = {}) => {
        const context = await browser.newContext({
          viewport: { width: 1_280, height: 900 },
          timezoneId: 'UTC',
          ...options,
        });
        const page = await context.newPage();
        watch(page, troubles);
        await page.goto(`${served.url}${hash}`);
        await page.locator('main h1').first().waitFor();
        await page.waitForLoadState('networkidle');
        return page;
      },
    });
  });
}

function watch(page: Page, troubles: string[]): void {
  page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    troubles.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    // A refused connection is what one test makes happen on purpose.
    if (message.type() === 'error' && !/ERR_CONNECTION_REFUSED|status of 4\d\d/.test(message.text()))
      troubles.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    if (!/^(?:http:\/\/127\.0\.0\.1:|data:|about:)/.test(request.url()))
      troubles.push(`request elsewhere: ${request.url()}`);
  });
}
