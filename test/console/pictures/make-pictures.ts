/**
 * Makes the pictures in the README from the recorded incidents: `node test/console/pictures/make-pictures.ts`. Needs a Chromium
 * (or CHROMIUM=/path/to/it). The same input gives the same pictures, but for the fonts of the machine.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { renderReport } from '../../../shared/core/report/render-report.ts';
import { startServer } from '../../../shared/local/serve/serve.ts';
import { openStore } from '../../../shared/local/store/sqlite-store.ts';
import { analyzeIncident } from '../incident-store.ts';
import { terminalPage } from './terminal-page.ts';

const PICTURES = fileURLToPath(new URL('../../../docs/pictures/', import.meta.url));
const WIDTH = 1_200;
/** Lines of the report in the picture: the finding from its title to the first of what to do. */
const REPORT_LINES = 36;

const executablePath = [process.env['CHROMIUM'] ?? '', '/usr/bin/chromium', '/usr/bin/chromium-headless-shell'].find(
  (path) => path !== '' && existsSync(path),
);
if (executablePath === undefined) throw new Error('no Chromium found: install one or set CHROMIUM to its path');

const folder = mkdtempSync(join(tmpdir(), 'freeport-pictures-'));
const storePath = join(folder, 'store.db');
const analysis = await analyzeIncident('nat-exhaustion', storePath);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
await photographConsole(browser);
await photographReport(browser, renderReport(analysis, { width: 100, colour: true }));
await browser.close();
rmSync(folder, { recursive: true });

async function photographConsole(chrome: Browser): Promise<void> {
  const store = openStore(storePath);
  const id = (await store.findings.list({ limit: 1, layer: 'nat' })).findings[0]?.id;
  store.close();
  if (id === undefined) throw new Error('the recorded incident gave no finding to show');
  const served = await startServer({ storePath, port: 0 });
  const shots = [
    ['console-now', '#/now', 'light', 720],
    ['console-finding', `#/findings/${id}`, 'light', 1_345],
    ['console-finding-dark', `#/findings/${id}`, 'dark', 1_345],
  ] as const;
  for (const [name, hash, colorScheme, height] of shots) {
    const page = await chrome.newPage({
      viewport: { width: WIDTH, height },
      colorScheme,
      timezoneId: 'UTC',
      deviceScaleFactor: 1.5,
    });
    // The recordings are of the first of January: so is the clock, or the pictures would age.
    await page.clock.setFixedTime(new Date('2026-01-01T10:35:00Z'));
    await page.goto(`${served.url}${hash}`);
    await page
      .locator(hash === '#/now' ? '.gateway' : '.timeline canvas')
      .first()
      .waitFor();
    if (hash !== '#/now') await page.getByLabel('Connections per source').fill('20');
    await page.evaluate('document.activeElement.blur(); scrollTo(0, 0)');
    await page.waitForLoadState('networkidle');
    await page.screenshot({ path: join(PICTURES, `${name}.png`) });
    await page.close();
  }
  await served.close();
}

async function photographReport(chrome: Browser, report: string): Promise<void> {
  const page = await chrome.newPage({ viewport: { width: 980, height: 400 }, deviceScaleFactor: 1.5 });
  const lines = report.split('\n').slice(0, REPORT_LINES).join('\n');
  await page.setContent(terminalPage('npx freeport analyze incident/ --config freeport.json', lines));
  await page.locator('main').screenshot({ path: join(PICTURES, 'report.png') });
  await page.close();
}
