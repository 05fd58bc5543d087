import type { Filters } from '../logic/route.ts';

export type FilterField =
  | { readonly kind: 'choice'; readonly name: string; readonly label: string; readonly values: readonly string[] }
  | { readonly kind: 'text'; readonly name: string; readonly label: string; readonly hint: string }
  | { readonly kind: 'time'; readonly name: string; readonly label: string };

type FilterFormProps = { fields: readonly FilterField[]; filters: Filters; onChange: (filters: Filters) => void };

const TEXT_LIMIT = 256;

/** Filters live in the address: a filtered list can be kept and sent. */
export function FilterForm({ fields, filters, onChange }: FilterFormProps) {
  const set = (name: string, value: string): void => onChange({ ...filters, [name]: value });
  return (
    <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      {fields.map((field, index) => (
        <label key={field.name}>
          <span>{field.label}</span>
          <Input
            field={field}
            value={filters[field.name] ?? ''}
            isFirst={index === 0}
            onChange={(value) => set(field.name, value)}
          />
        </label>
      ))}
      {Object.values(filters).some((value) => value !== '') && (
        <button type="button" onClick={() => onChange({})}>
          Clear
        </button>
      )}
    </form>
  );
}

type InputProps = { field: FilterField; value: string; isFirst: boolean; onChange: (value: string) => void };

function Input({ field, value, isFirst, onChange }: InputProps) {
  const common = { name: field.name, ...(isFirst && { 'data-filter': true }) };
  if (field.kind === 'choice')
    return (
      <select {...common} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">any</option>
        {field.values.map((choice) => (
          <option key={choice} value={choice}>
            {choice.replaceAll('-', ' ')}
          </option>
        ))}
      </select>
    );
  if (field.kind === 'time')
    return (
      <input
        {...common}
        type="datetime-local"
        value={localInput(value)}
        onChange={(event) => onChange(isoOfLocal(event.currentTarget.value))}
      />
    );
  return (
    <input
      {...common}
      type="search"
      maxLength={TEXT_LIMIT}
      placeholder={field.hint}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value.trim())}
    />
  );
}

/** The address keeps UTC, the field shows the viewer's zone. */
function localInput(iso: string): string {
  const ms = Date.parse(iso);
  if (Number.isNaN(ms)) return '';
  const offsetMs = new Date(ms).getTimezoneOffset() * 60_000;
  return new Date(ms - offsetMs).toISOString().slice(0, 16);
}

const isoOfLocal = (text: string): string => (text === '' ? '' : new Date(text).toISOString());
