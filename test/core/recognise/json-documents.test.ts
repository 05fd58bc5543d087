import { describe, expect, test } from 'vitest';
import { createJsonDocuments } from '../../../shared/core/recognise/json-documents.ts';

function split(text: string, chunkBytes = 3, limitBytes?: number) {
  const documents: unknown[] = [];
  const malformed: [number, string][] = [];
  const splitter = createJsonDocuments(
    {
      document: (document) => documents.push(document),
      malformed: (line, reason) => malformed.push([line, reason]),
    },
    limitBytes,
  );
  const bytes = new TextEncoder().encode(text);
  for (let from = 0; from < bytes.length; from += chunkBytes) splitter.push(bytes.subarray(from, from + chunkBytes));
  splitter.finish();
  return { documents, malformed };
}

describe('documents', () => {
  test('are found one per line, after each other without a newline, and spread over lines', () => {
    const text = '{"a":1}\n{"a":{"b":"}{\\""}}{"a":3}\n{\n  "a": [4, {"x": "é"}]\n}\n';
    expect(split(text)).toEqual({
      documents: [{ a: 1 }, { a: { b: '}{"' } }, { a: 3 }, { a: [4, { x: 'é' }] }],
      malformed: [],
    });
  });

  test('do not depend on where chunks are cut', () => {
    const text = '{"a":"ü"}\n[{"b":2}]';
    for (let size = 1; size < 8; size += 1) expect(split(text, size).documents).toEqual([{ a: 'ü' }, [{ b: 2 }]]);
  });

  test('accept a byte order mark and separators', () => {
    expect(split('\ufeff{"a":1},\r\n{"a":2}')).toEqual({ documents: [{ a: 1 }, { a: 2 }], malformed: [] });
  });
});

describe('what is no document', () => {
  test('is reported with its line, once per line', () => {
    expect(split('{"a":1}\nnot json\n{"a":2}')).toEqual({
      documents: [{ a: 1 }, { a: 2 }],
      malformed: [[2, 'not JSON']],
    });
  });

  test('does not take whole lines with it when a document is cut off', () => {
    const { documents, malformed } = split('{"a":1}\n{"cut":"off\n{"a":2}\n{"a":3}\n{"b');
    expect(documents).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }]);
    expect(malformed).toEqual([[2, 'JSON that is cut off or malformed']]);
  });

  test('is reported when it balances but does not parse', () => {
    expect(split('{a: 1}\n{"a":2}')).toEqual({
      documents: [{ a: 2 }],
      malformed: [[1, 'JSON that is cut off or malformed']],
    });
  });

  test('is reported when it is larger than the limit, and the next one is read', () => {
    const { documents, malformed } = split(`{"long":"${'x'.repeat(50)}"}\n{"a":2}`, 3, 40);
    expect(documents).toEqual([{ a: 2 }]);
    expect(malformed).toEqual([[1, 'a JSON document larger than 40 bytes']]);
  });
});
