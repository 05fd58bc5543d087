import type { FindingPage, FindingQuery, FindingStore } from '../ports.ts';

/**
 * A Lambda function answers at most 6 MB, and its answer is JSON within JSON, so quotes count twice. A hundred findings
 * with long timelines can be more than this.
 */
export const PAGE_BYTES_LIMIT = 3_000_000;

/** The page asked for as JSON, or one with as many of its findings as fit; the cursor goes on after the last one given. */
export async function boundedPage(findings: FindingStore, query: FindingQuery): Promise<string> {
  const page = await findings.list(query);
  const texts = page.findings.map((finding) => JSON.stringify(finding));
  const fitting = countFitting(texts);
  if (fitting === texts.length) return pageText(texts, page);
  const shorter = await findings.list({ ...query, limit: Math.max(1, fitting) });
  return pageText(
    shorter.findings.map((finding) => JSON.stringify(finding)),
    shorter,
  );
}

/** Each finding is written once, for its length and for the answer. */
const pageText = (findings: readonly string[], { nextCursor }: FindingPage): string =>
  `{"findings":[${findings.join(',')}],"nextCursor":${JSON.stringify(nextCursor)}}`;

function countFitting(texts: readonly string[]): number {
  const encoder = new TextEncoder();
  let bytes = 0;
  const over = texts.findIndex((text) => (bytes += encoder.encode(text).length) > PAGE_BYTES_LIMIT);
  return over === -1 ? texts.length : over;
}
