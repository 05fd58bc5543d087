import { effect, signal } from '@preact/signals';

/** What one person prefers on one browser. */
export type Theme = 'auto' | 'light' | 'dark';

export const THEMES: readonly Theme[] = ['auto', 'light', 'dark'];

const read = (key: string): string | null => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
};

const keep = (key: string, value: string): void => {
  try {
    localStorage.setItem(key, value);
  } catch {
    // A browser that keeps nothing still shows the page.
  }
};

export const theme = signal<Theme>(THEMES.find((name) => name === read('freeport-theme')) ?? 'auto');
/** Single keys can get in the way of speech input, so they can be switched off (WCAG 2.1.4). */
export const areKeysOn = signal(read('freeport-keys') !== 'off');

effect(() => {
  if (theme.value === 'auto') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme.value;
  keep('freeport-theme', theme.value);
});

effect(() => keep('freeport-keys', areKeysOn.value ? 'on' : 'off'));
