import { expect, it } from 'vitest';
import { startServer } from '../../shared/local/serve/serve.ts';
import { openStore } from '../../shared/local/store/sqlite-store.ts';
import { describeInBrowser } from './browser.ts';
import { fillDemoStore, hostFinding, natFinding } from './demo-store.ts';

const REFRESH_MS = 10_000;

async function fill(storePath: string): Promise<void> {
  const store = openStore(storePath);
  await fillDemoStore(store);
  store.close();
}

describeInBrowser('the console’s flows', fill, ({ open, store, url, shot }) => {
  it('suppresses for a time, and resolves for good', async () => {
    const page = await open('#/findings/fp-host');
    await page.getByRole('button', { name: 'Suppress' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('For').selectOption('4 hours');
    await dialog.getByLabel('Reason').fill('load test');
    await dialog.getByRole('button', { name: 'Suppress' }).click();
    await page.locator('.fact', { hasText: 'Suppressed until' }).waitFor();
    await page.getByRole('button', { name: 'Resolve' }).click();
    await dialog.getByLabel('Reason').fill('test over');
    await dialog.getByRole('button', { name: 'Resolve' }).click();
    await page.locator('.fact', { hasText: 'Resolved' }).waitFor();
    expect(await page.getByRole('button', { name: 'Resolve' }).count()).toBe(0);
    await store().findings.save([hostFinding], []);
  });

  it('says what to do first, what happened here before, and how far it can be trusted', async () => {
    const page = await open('#/findings/fp-nat');
    const first = page.getByRole('region', { name: 'Do this first: Keep connections alive' });
    expect(await first.innerText()).toMatch(/one pool of 50.*The peak falls from 100 % to 4 %/s);
    const before = page.getByRole('region', { name: 'Here before' });
    expect(await before.getByRole('listitem').count()).toBe(5);
    await before.getByRole('link', { name: 'all of them' }).click();
    await page.getByRole('heading', { level: 1, name: 'History' }).waitFor();
    expect(page.url()).toContain('subject=nat-0a1b2c3d4e5f60718');
    await page.goto(`${url()}#/now`);
    await page.getByText(/1 of 3 signals is late or missing: there may be more/).waitFor();
    expect(await page.title()).toBe('(2) Freeport');
    await page.context().close();
  });

  it('says in the dialog why an act was refused', async () => {
    const page = await open('#/findings/fp-host');
    await page.getByRole('button', { name: 'Resolve' }).click();
    await store().findings.save([{ ...hostFinding, status: 'withdrawn' }], []);
    await page.getByLabel('Reason').fill('over');
    await page.getByRole('dialog').getByRole('button', { name: 'Resolve' }).click();
    expect(await page.getByRole('alert').innerText()).toMatch(/withdrawn/);
    await store().findings.save([hostFinding], []);
  });

  it('goes everywhere by keyboard', async () => {
    const page = await open('#/now');
    const pressed = async (keys: string) => {
      for (const key of keys.split(' ')) await page.keyboard.press(key);
    };
    await pressed('g h');
    await page.getByRole('heading', { level: 1, name: 'History' }).waitFor();
    await pressed('g d');
    await page.getByRole('heading', { level: 1, name: 'Destinations' }).waitFor();
    await pressed('/');
    expect(await page.evaluate('document.activeElement.name')).toBe('destination');
    await page.keyboard.type('gn?');
    expect(await page.getByRole('searchbox', { name: 'Destination' }).inputValue()).toBe('gn?');
    await page.getByRole('searchbox', { name: 'Destination' }).fill('');
    await page.getByRole('searchbox', { name: 'Destination' }).blur();
    await pressed('g n');
    await page.getByRole('link', { name: natFinding.title }).waitFor();
    await pressed('j j k Enter');
    await page.getByRole('heading', { level: 1, name: natFinding.title }).waitFor();
    await pressed('a');
    await page.getByRole('dialog', { name: 'Acknowledge' }).waitFor();
    await pressed('Escape');
    await pressed('?');
    await page.getByLabel('Keys are on').uncheck();
    await pressed('Escape');
    await pressed('g h');
    expect(page.url()).toContain('fp-nat');
  });

  it('reaches the content past the header by one tab', async () => {
    const page = await open('#/now');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.closest("main") !== null')).toBe(true);
  });

  it('filters and pages through the history, in the address', async () => {
    const page = await open('#/history');
    const rows = page.locator('.finding-row');
    expect(await rows.count()).toBe(25);
    await page.getByRole('button', { name: 'Show older ones' }).click();
    await expect.poll(() => rows.count()).toBe(42);
    await page.getByLabel('Severity').selectOption('critical');
    await expect.poll(() => rows.count()).toBe(1);
    expect(page.url()).toMatch(/#\/history\?severity=critical$/);
    await page.reload();
    await expect.poll(() => rows.count()).toBe(1);
    await page.getByRole('searchbox', { name: 'Destination' }).fill('nowhere.example.com');
    await page.getByRole('searchbox', { name: 'Destination' }).press('Enter');
    await page.getByText('No finding passes these filters.').waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
    await expect.poll(() => rows.count()).toBe(25);
    await page.goBack();
    await page.getByText('No finding passes these filters.').waitFor();
  });

  it('filters destinations, and leads from them to their findings', async () => {
    const page = await open('#/destinations?layer=nat');
    await expect.poll(() => page.locator('tbody tr').count()).toBe(3);
    expect(await page.locator('main').innerText()).toMatch(/412 more, each at most 8\.0.% full/);
    await page.getByRole('searchbox', { name: 'Destination' }).fill('mail.example.org');
    await page.getByRole('searchbox', { name: 'Destination' }).press('Enter');
    await expect.poll(() => page.locator('tbody tr').count()).toBe(1);
    await page.getByRole('link', { name: '[2001:db8::7]:443/tcp' }).click();
    await page.getByText('No finding passes these filters.').waitFor();
  });

  it('refreshes by itself, and draws nothing again while nothing changed', async () => {
    const page = await open('#/now');
    await page.clock.install();
    await page.reload();
    await page.getByRole('link', { name: natFinding.title }).waitFor();
    await page.evaluate(`
      globalThis.mutations = 0;
      new MutationObserver((list) => { globalThis.mutations += list.length; })
        .observe(document.querySelector('main'), { subtree: true, childList: true, attributes: true, characterData: true });
    `);
    for (let refresh = 0; refresh < 3; refresh += 1) {
      const answered = page.waitForResponse(/\/health$/);
      await page.clock.runFor(REFRESH_MS);
      await answered;
    }
    await page.waitForLoadState('networkidle');
    expect(await page.evaluate('globalThis.mutations')).toBe(0);
    await store().findings.save([{ ...natFinding, id: 'fp-new', title: 'A finding that has just come' }], []);
    await page.clock.runFor(REFRESH_MS + 100);
    await page.getByRole('link', { name: 'A finding that has just come' }).waitFor();
    await store().findings.save([{ ...natFinding, id: 'fp-new', status: 'resolved' }], []);
  });

  it('keeps the dark or light that was chosen', async () => {
    const page = await open('#/now', { colorScheme: 'light' });
    const background = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
    const light = await background();
    await page.getByLabel('Colours').selectOption('dark');
    const dark = await background();
    expect(dark).not.toBe(light);
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Now' }).waitFor();
    expect(await background()).toBe(dark);
  });

  it('says what to do when there is nothing, or nothing here', async () => {
    const page = await open('#/findings/fp-nat');
    await page.goto(`${url()}#/nowhere`);
    await page.getByRole('heading', { name: 'Nothing here' }).waitFor();
    await page.goto(`${url()}#/findings/fp-none`);
    expect(await page.getByRole('alert').innerText()).toMatch(/no finding with this id/);
  });

  it('shows an empty store as one', async () => {
    const empty = await startServer({ storePath: ':memory:', port: 0 });
    const page = await open('#/now');
    await page.goto(`${empty.url}#/now`);
    await page.getByText('Nothing has been analysed yet.').waitFor();
    await page.getByText('No NAT gateway is known yet.').waitFor();
    await page.getByText('No analysis has said yet which signals arrive.').waitFor();
    await shot(page, 'empty');
    await page.context().close();
    await empty.close();
  });

  it('keeps what it had while the server is away, and goes on when it is back', async () => {
    const first = await startServer({ storePath: ':memory:', port: 0 });
    const page = await open('#/now');
    await page.goto(`${first.url}#/now`);
    await page.getByText('Nothing has been analysed yet.').waitFor();
    await first.close();
    await page.getByLabel('Colours').focus();
    await page.evaluate('dispatchEvent(new Event("x")); document.dispatchEvent(new Event("visibilitychange"))');
    await page
      .getByText(/The server does not answer.*What you see is from before/)
      .first()
      .waitFor();
    await shot(page, 'server-away');
    expect(await page.getByText('Nothing has been analysed yet.').isVisible()).toBe(true);
    const again = await startServer({ storePath: ':memory:', port: Number(new URL(first.url).port) });
    await page.getByRole('button', { name: 'Try again' }).first().click();
    await expect.poll(() => page.getByRole('alert').count()).toBe(0);
    await page.context().close();
    await again.close();
  });

  it('takes the token out of the address and asks for it where it is missing', async () => {
    const guarded = await startServer({ storePath: ':memory:', port: 0, isTokenNeeded: true });
    const page = await open('#/now');
    await page.goto(`${new URL(guarded.url).origin}/#/now`);
    await page
      .getByText(/with its token/)
      .first()
      .waitFor();
    await page.goto('about:blank');
    await page.goto(guarded.url);
    await page.getByText('Nothing has been analysed yet.').waitFor();
    expect(page.url()).not.toContain('token');
    await page.reload();
    await page.getByText('Nothing has been analysed yet.').waitFor();
    await page.context().close();
    await guarded.close();
  });
});
