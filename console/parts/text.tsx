import { useState } from 'preact/hooks';
import { readableLine, readableText, SHOWN_CHARACTERS, SHOWN_CHARACTERS_LIMIT } from '../logic/readable-text.ts';
import { countText } from '../logic/figures.ts';

/** Somebody else's text on one line. `<bdi>` keeps right-to-left letters from turning what is around them. */
export const Line = ({ text, limit = SHOWN_CHARACTERS }: { text: string; limit?: number }) => (
  <bdi>{readableLine(text, limit)}</bdi>
);

const PASSAGE_CHARACTERS = 600;

/** Somebody else's text in its own lines, with more of it on request. */
export function Passage({ text }: { text: string }) {
  const [isOpen, setOpen] = useState(false);
  const { text: shown, omitted } = readableText(text, isOpen ? SHOWN_CHARACTERS_LIMIT : PASSAGE_CHARACTERS);
  return (
    <div class="passage">
      <pre tabIndex={0}>
        <bdi>{shown}</bdi>
        {omitted > 0 && '…'}
      </pre>
      {omitted > 0 && isOpen && <p class="quiet">{countText(omitted)} more characters are not shown.</p>}
      {omitted > 0 && !isOpen && (
        <button type="button" class="link" onClick={() => setOpen(true)}>
          Show more ({countText(omitted)} characters)
        </button>
      )}
    </div>
  );
}
