import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

type SectionProps = { title: string; isEmpty?: boolean; empty?: string; children: ComponentChildren };

/** A named part of a view; without content it is left out, unless there is something to say about that. */
export function Section({ title, isEmpty = false, empty, children }: SectionProps) {
  const id = useId();
  if (isEmpty && empty === undefined) return null;
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {isEmpty ? <p class="quiet">{empty}</p> : children}
    </section>
  );
}
