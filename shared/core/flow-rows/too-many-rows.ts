/** A store was told how many rows fit, and there are more; or there are more ports than places for them. */
export class TooManyRows extends Error {
  override readonly name = 'TooManyRows';
}
