/** Where the commands that need a store look for one. */
export const DEFAULT_STORE = '.freeport/store.db';
