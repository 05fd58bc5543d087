/** Something the person at the keyboard can put right: shown as its message alone. */
export class UserError extends Error {
  override readonly name = 'UserError';
}
