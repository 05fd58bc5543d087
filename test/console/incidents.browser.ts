import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser } from './browser.ts';
import { analyzeIncident } from './incident-store.ts';

type AxeResult = { violations: { id: string; help: string; nodes: { html: string; failureSummary: string }[] }[] };

/** What axe-core finds wrong by WCAG 2.2 AA. It is put in past the page's policy, which would not let it in. */
async function violations(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setBypassCSP', { enabled: true });
  await session.send('Runtime.evaluate', { expression: axe.source });
  const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
    expression: `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
      .then(({ violations }) => JSON.stringify({ violations }))`,
    awaitPromise: true,
    returnByValue: true,
  });
  if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
  const found = JSON.parse(String(result.value)) as AxeResult;
  return found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html.slice(0, 200)}: ${failureSummary}`),
  );
}

const fillNat = async (storePath: string) => void (await analyzeIncident('nat-exhaustion', storePath));
const fillHost = async (storePath: string) => void (await analyzeIncident('host-churn', storePath));

describeInBrowser('the console over the recorded NAT incident', fillNat, ({ open, store, shot }) => {
  const natId = async () => (await store().findings.list({ limit: 10, layer: 'nat' })).findings[0]?.id ?? '';

  it('shows the findings and leads from one to its timeline', async () => {
    const page = await open('#/now');
    await page
      .getByRole('link', { name: /NAT gateway nat-0aaaabbbbccccdddd/ })
      .first()
      .click();
    await page.getByRole('heading', { level: 1, name: /203\.0\.113\.10:443/ }).waitFor();
    expect(page.url()).toContain(`#/findings/${await natId()}`);
    expect(await page.title()).toMatch(/NAT gateway .* Freeport/);
    // The title changes before the timeline is drawn.
    await page.locator('.timeline canvas').nth(2).waitFor();
    expect(await page.locator('.timeline canvas').count()).toBe(3);
    const text = await page.locator('main').innerText();
    for (const part of [
      /264/,
      /10\.77\.1\.11/,
      /10\.77\.1\.12/,
      /10\.77\.1\.13/,
      /What to do/,
      /Evidence/,
      /128 ports/,
    ])
      expect(text).toMatch(part);
  });

  it('shows room left at the gateway for each destination, and which signals arrive', async () => {
    const page = await open('#/now');
    const gateway = page.getByRole('region', { name: 'NAT gateway nat-0aaaabbbbccccdddd' });
    expect(await gateway.locator('.strips svg').count()).toBe(2);
    expect(await gateway.locator('svg[role=img]').first().getAttribute('aria-label')).toMatch(
      /203\.0\.113\.1\d:443\/tcp: \d+ minutes/,
    );
    expect(await page.getByRole('region', { name: 'Signals', exact: true }).first().innerText()).toMatch(/Flow log/);
  });

  it('draws what a change would have made of it', async () => {
    const page = await open(`#/findings/${await natId()}`);
    const canvas = page.locator('.timeline canvas').first();
    const picture = () => canvas.evaluate((element) => (element as unknown as { toDataURL(): string }).toDataURL());
    const before = await picture();
    const outcome = (name: string) => page.locator('.remedy', { hasText: name }).locator('output').innerText();
    expect(await outcome('As it was')).toMatch(/^peak \d{3}.%, short for \d minutes$/);
    await page.getByLabel('Connections per source').fill('10');
    expect(await page.getByLabel('A pool that bounds each source').isChecked()).toBe(true);
    expect(await outcome('A pool that bounds each source')).toMatch(/^(?:✓ )?peak 23.%, never short$/);
    await expect.poll(async () => (await picture()) === before).toBe(false);
    await shot(page, 'what-if');
    await page.getByLabel('More addresses at the NAT gateway').check();
    const peakOf = async (name: string) => Number(/peak (\d+)/.exec(await outcome(name))?.[1]);
    const [twice, once] = [await peakOf('As it was'), await peakOf('More addresses at the NAT gateway')];
    expect(Math.abs(twice - 2 * once), 'twice the addresses, half as full').toBeLessThanOrEqual(1);
    await page.getByLabel('As it was').check();
    await expect.poll(async () => (await picture()) === before).toBe(true);
  });

  it('keeps times in the zone of the viewer, with UTC on hover', async () => {
    const page = await open(`#/findings/${await natId()}`, { timezoneId: 'America/New_York' });
    const first = page.locator('.fact', { hasText: 'First seen' }).locator('time');
    expect(await first.innerText()).toMatch(/^1 Jan 2026, 05:0/);
    expect(await first.getAttribute('title')).toMatch(/^2026-01-01 10:0\d:\d\d UTC$/);
  });

  for (const width of [360, 768, 1_280])
    for (const colorScheme of ['light', 'dark'] as const)
      it(`is whole and accessible ${width} px wide in ${colorScheme}`, async () => {
        const views = {
          now: '#/now',
          finding: `#/findings/${await natId()}`,
          destinations: '#/destinations',
          history: '#/history',
        };
        for (const [view, hash] of Object.entries(views)) {
          const page = await open(hash, { viewport: { width, height: 800 }, colorScheme });
          const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
          expect(overflow, view).toBeLessThanOrEqual(0);
          await shot(page, `${view}-${width}-${colorScheme}`);
          expect(await violations(page), view).toEqual([]);
          await page.context().close();
        }
      });

  it('is accessible with a dialog open', async () => {
    const page = await open(`#/findings/${await natId()}`);
    await page.getByRole('button', { name: 'Suppress' }).click();
    await page.getByRole('dialog', { name: 'Suppress' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await shot(page, 'suppress');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it('takes an acknowledgement with its reason, and shows it at once', async () => {
    const page = await open(`#/findings/${await natId()}`);
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    const dialog = page.getByRole('dialog', { name: 'Acknowledge' });
    await dialog.getByRole('button', { name: 'Acknowledge' }).click();
    expect(await dialog.isVisible(), 'a reason is required').toBe(true);
    await dialog.getByLabel('Reason').fill('on it; slow upstream');
    await dialog.getByRole('button', { name: 'Acknowledge' }).click();
    await page.locator('.badge.status', { hasText: 'acknowledged' }).waitFor();
    await page.getByRole('heading', { name: 'What people did' }).waitFor();
    expect(await page.locator('main').innerText()).toMatch(/acknowledged it: on it; slow upstream/);
    expect(await page.getByRole('status').last().innerText()).toMatch(/Acknowledge: done/);
    expect(await store().findings.actions()).toMatchObject([{ action: 'acknowledge', reason: 'on it; slow upstream' }]);
  });
});

describeInBrowser('the console over the recorded host incident', fillHost, ({ open, store, shot }) => {
  const hostId = async () =>
    (await store().findings.list({ limit: 10 })).findings.find(({ kind }) => kind === 'host-port-exhaustion')?.id ?? '';

  it('names the destination, the source and what to do', async () => {
    const page = await open('#/now');
    await page.getByRole('link', { name: /ran out of local ports towards 10\.92\.0\.1:443/ }).click();
    await page.getByRole('heading', { level: 2, name: /^Do this first/ }).waitFor();
    const text = await page.locator('main').innerText();
    for (const part of [/10\.92\.0\.2/, /Reuse connections/, /EADDRNOTAVAIL/, /What is missing/])
      expect(text).toMatch(part);
  });

  for (const width of [360, 768, 1_280])
    it(`is whole and accessible ${width} px wide`, async () => {
      const page = await open(`#/findings/${await hostId()}`, { viewport: { width, height: 800 } });
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      await shot(page, `host-finding-${width}`);
      expect(await violations(page)).toEqual([]);
    });

  it('takes a suppression, then an end, each with its reason, and tells who did what', async () => {
    const page = await open(`#/findings/${await hostId()}`);
    for (const [act, reason] of [
      ['Suppress', 'load test until four'],
      ['Resolve', 'the pool is in'],
    ] as const) {
      await page.getByRole('button', { name: act }).click();
      const dialog = page.getByRole('dialog', { name: act });
      await dialog.getByLabel('Reason').fill(reason);
      await dialog.getByRole('button', { name: act }).click();
      await page.getByText(reason).waitFor();
    }
    expect(await page.getByRole('button', { name: 'Resolve' }).count(), 'it is over').toBe(0);
    expect(await page.getByRole('heading', { level: 2, name: 'What to do', exact: true }).count()).toBe(1);
    await page.goto(page.url().replace(/#.*/, '#/history?status=resolved'));
    await page.getByRole('link', { name: /ran out of local ports towards 10\.92\.0\.1:443/ }).waitFor();
  });
});
