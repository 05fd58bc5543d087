/** A quantity for people, to so many significant figures and never as a power of ten: `360`, `0.52`, `0`. */
export function figures(value: number, digits: number): string {
  return Math.abs(value) < 0.001 ? '0' : String(Number(value.toPrecision(digits)));
}
