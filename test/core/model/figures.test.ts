import { expect, it } from 'vitest';
import { figures } from '../../../shared/core/model/figures.ts';

it.each([
  [360, 2, '360'],
  [363, 2, '360'],
  [0.5234, 2, '0.52'],
  [100, 2, '100'],
  [99.96, 3, '100'],
  [12_345, 3, '12300'],
  [1.5, 2, '1.5'],
  [0, 2, '0'],
  [0.0004, 2, '0'],
])('%d to %d figures is %s', (value, digits, text) => {
  expect(figures(value, digits)).toBe(text);
});
