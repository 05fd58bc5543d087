import { InvalidArgumentError } from 'commander';
import { instantOf } from '../shared/core/recognise/instant.ts';

/** Parsers of command-line arguments: each returns the value or says what to give instead. */

export const wholeNumberUpTo =
  (largest: number) =>
  (text: string): number => {
    if (!/^[1-9]\d{0,8}$/.test(text) || Number(text) > largest)
      throw new InvalidArgumentError(`give a whole number from 1 to ${largest}`);
    return Number(text);
  };

/** From 0, which a seed may be. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('give a whole number');
  return Number(text);
}

export const textUpTo =
  (longest: number) =>
  (text: string): string => {
    if (text.length > longest) throw new InvalidArgumentError(`give at most ${longest} characters`);
    return text;
  };

/** Epoch milliseconds. */
export function instantMs(text: string): number {
  const instant = instantOf(text);
  if (instant === null) throw new InvalidArgumentError('give a time such as 2026-01-01T10:00:00Z');
  return instant;
}

export function wholeHourMs(text: string): number {
  const hour = Date.parse(text);
  if (!Number.isFinite(hour) || hour % UNIT_MS.h !== 0)
    throw new InvalidArgumentError('give a whole hour, such as 2026-03-03T10:00:00Z');
  return hour;
}

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export function durationMs(text: string): number {
  const [, count = '', unit = ''] = /^([1-9]\d{0,3})([mhd])$/.exec(text) ?? [];
  if (unit !== 'm' && unit !== 'h' && unit !== 'd')
    throw new InvalidArgumentError('give minutes, hours or days: 30m, 8h, 7d');
  return Number(count) * UNIT_MS[unit];
}

/** A part (0–1) of the whole: numbers below 1 are parts, others are per cent. */
export function partOfWhole(text: string): number {
  const number = Number(text.replace(/\s*%$/, ''));
  const part = number < 1 && !text.endsWith('%') ? number : number / 100;
  if (!(part > 0 && part <= 1)) throw new InvalidArgumentError('give a percentage above 0, up to 100');
  return part;
}

/** A part of records or objects, none and all of them included. */
export function share(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1)) throw new InvalidArgumentError('give a number from 0 to 1');
  return value;
}

export function portRange(text: string): { readonly low: number; readonly high: number } {
  const [, low, high] = /^(\d{1,5})-(\d{1,5})$/.exec(text) ?? [];
  const range = { low: Number(low), high: Number(high) };
  if (high === undefined || range.low > range.high || range.high > 65_535)
    throw new InvalidArgumentError('give a range such as 1024-65535');
  return range;
}

export function natGatewayId(text: string): string {
  if (!/^nat-[0-9a-f]{8,17}$/.test(text)) throw new InvalidArgumentError('give an id such as nat-0123456789abcdef0');
  return text;
}
