import { expect, it } from 'vitest';
import type { Finding } from '../../shared/core/finding/schema.ts';
import { openStore } from '../../shared/local/store/sqlite-store.ts';
import { boringFinding } from '../contract/boring.ts';
import { boringHeadroom, boringSummary } from '../contract/boring-summary.ts';
import { describeInBrowser } from './browser.ts';

const HOSTILE: Readonly<Record<string, string>> = {
  script: '<script>globalThis.pwned = 1</script><img src=x onerror="globalThis.pwned = 2"><svg onload=alert(3)>',
  attribute: `" onmouseover="globalThis.pwned = 4" style="position:fixed;inset:0" x='`,
  link: 'javascript:globalThis.pwned=5',
  turned: '\u202Egnp.exe\u202C \u2066\u2067txt \u200F(tilpmaxe)',
  terminal: '\u001B[2J\u001B[31mred\u001B[0m\u001B]0;title\u0007 \u0008\u0000\u009B1m',
  stacked: `z${'\u0334\u0351\u035F'.repeat(3_000)}algo`,
  long: `${'A'.repeat(99_000)} ${'漢'.repeat(1_000)}`,
  template: '{{constructor.constructor("globalThis.pwned=6")()}} ${globalThis.pwned=7}',
  surrogate: 'half \uD83D of a face',
};

/** The same text wherever a finding takes text. */
function hostileFinding(name: string, text: string): Finding {
  const [destination] = boringFinding().destinations;
  const [source] = boringFinding().sources;
  if (destination === undefined || source === undefined) throw new Error('the boring finding has both');
  return boringFinding({
    id: `fp-${name}`,
    title: text,
    causeReason: text,
    capacityBasis: text,
    resource: { type: text, id: text },
    destination: { address: text, port: 443, protocol: 6 },
    destinations: [{ ...destination, address: text, hostNames: [text] }],
    sources: [{ ...source, owner: text, address: text, interfaceId: text, logSource: text }],
    recommendations: [{ action: text, detail: text, expectedEffect: text, preconditions: [text], sideEffects: [text] }],
    evidence: [{ source: 'app-log', detector: text, statement: text, at: null }],
    missingEvidence: [text],
    samples: [text, `${text}\n${text}`],
  });
}

async function fill(storePath: string): Promise<void> {
  const store = openStore(storePath);
  const entries = Object.entries(HOSTILE);
  await store.findings.save(
    entries.map(([name, text]) => hostileFinding(name, text)),
    [],
  );
  const [gateway] = boringSummary().natGateways;
  const [signal] = boringSummary().signals;
  if (gateway === undefined || signal === undefined) throw new Error('the boring summary has both');
  await store.summaries.put(
    boringSummary({
      natGateways: entries.map(([, text], index) => ({ ...gateway, id: `nat-${index}`, name: text })),
      destinations: entries.map(([, text], index) =>
        boringHeadroom({ address: text, hostNames: [text], resource: { type: text, id: `nat-${index}` } }),
      ),
      signals: entries.map(([, text]) => ({ ...signal, subject: text })),
      ruledOut: entries.map(([, text]) => ({
        kind: text,
        subject: text,
        reason: text,
        firstSeenAt: null,
        lastSeenAt: null,
      })),
    }),
  );
  store.close();
}

describeInBrowser('hostile text', fill, ({ open, shot }) => {
  const views = [
    '#/now',
    '#/destinations',
    '#/history',
    ...Object.keys(HOSTILE).map((name) => `#/findings/fp-${name}`),
  ];

  it.each(views)('can do nothing at %s', async (hash) => {
    const started = performance.now();
    const page = await open(hash, { viewport: { width: 360, height: 800 } });
    expect(performance.now() - started, 'it may not make the page slow').toBeLessThan(15_000);
    const state = (await page.evaluate(`({
      pwned: globalThis.pwned ?? null,
      strangers: document.querySelectorAll('main script, main img, main iframe, main [onmouseover], main [onload], main [style*=fixed]').length,
      links: [...document.querySelectorAll('a')].filter((a) => !a.getAttribute('href').startsWith('#')).length,
      overflow: document.documentElement.scrollWidth - innerWidth,
      text: document.querySelector('main').innerText,
      title: document.title,
      height: document.documentElement.scrollHeight,
    })`)) as { pwned: unknown; strangers: number; links: number; overflow: number; text: string; title: string };
    expect(state).toMatchObject({ pwned: null, strangers: 0, links: 0 });
    expect(state.overflow).toBeLessThanOrEqual(0);
    expect(state.text.length).toBeLessThan(200_000);
    // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
    expect(state.text + state.title).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/);
    expect(state.title.length).toBeLessThan(120);
    for (const name of ['Now', 'History'])
      expect(await page.getByRole('link', { name, exact: true }).isVisible()).toBe(true);
    await shot(page, `hostile-${hash.replace(/\W+/g, '-')}`);
    await page.context().close();
  });

  it('shows what was in it instead', async () => {
    const page = await open('#/findings/fp-turned');
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toContain('⟨U+202E⟩gnp.exe⟨U+202C⟩');
    await page.goto(page.url().replace('fp-turned', 'fp-terminal'));
    await page.getByRole('heading', { level: 1, name: 'red' }).waitFor();
    expect(await page.locator('.passage pre').first().innerText()).toContain('␈␀');
  });

  it('shows more of a long sample on request, and never all of it', async () => {
    const page = await open('#/findings/fp-long');
    const sample = page.locator('.passage').first();
    expect((await sample.locator('pre').innerText()).length).toBeLessThan(700);
    await sample.getByRole('button', { name: /Show more/ }).click();
    expect((await sample.locator('pre').innerText()).length).toBeLessThan(20_100);
    expect(await sample.innerText()).toMatch(/80,001 more characters are not shown/);
  });
});
