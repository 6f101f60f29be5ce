import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input, { type InputProps } from '@cloudscape-design/components/input';
import Select, { type SelectProps } from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useEffectEvent, useImperativeHandle, useRef, useState, type ReactNode, type Ref } from 'react';
import { useLocation, useNavigation } from 'react-router';
import { useTexts } from '../../texts/catalogue';
import { useFormat } from '../../texts/format';
import { shared } from '../../texts/shared';
import { focusRow } from './keyboard';
import type { ListState } from './state';

export interface FilterDefinition {
  id: string; // the name of the parameter in the address and in the API
  label: string;
  options?: { value: string; label: string }[];
  control?: (value: string, onChange: (value: string) => void) => ReactNode; // instead of options
}

interface ListFilterProps {
  ref: Ref<{ focus: () => void }>;
  state: ListState;
  change: (part: Partial<ListState>, replace?: boolean) => void;
  search: { placeholder: string } | undefined;
  filters: FilterDefinition[];
  matches: { count: number; isExact: boolean } | undefined;
  children?: ReactNode; // beside the search field
}

const shortest = 3; // characters that a search needs
const isShort = (text: string) => Array.from(text.trim()).length < shortest;
const pause = 250; // milliseconds without typing after which the search starts

// ListFilter is the search field above a list, with the filter behind the icon next to it. Without a search field, the filter
// is always open.
export function ListFilter({ ref, state, change, search, filters, matches, children }: ListFilterProps) {
  const texts = useTexts(shared);
  const format = useFormat();
  const active = Object.keys(state.filters).length;
  const [isOpen, setOpen] = useState(active > 0);
  const { input, typed, setTyped } = useSearchText(state.search, (text) => { change({ search: text }, true); });
  useImperativeHandle(ref, () => ({ focus: () => input.current?.focus() }), [input]);

  const tooShort = typed.trim() !== '' && isShort(typed);
  const found = matches && (matches.isExact && matches.count === 1 ? texts.list.oneMatch
    : texts.list.matches(`${format.number(matches.count)}${matches.isExact ? '' : '+'}`));
  const setFilter = (id: string, value: string) => {
    const rest = Object.fromEntries(Object.entries(state.filters).filter(([other]) => other !== id));
    change({ filters: value ? { ...rest, [id]: value } : rest });
  };
  const controls = (
    <div className="tn-filters">
      {filters.map(({ id, label, options, control }) => (
        <FormField key={id} label={label}>
          {control
            ? control(state.filters[id] ?? '', (value) => { setFilter(id, value); })
            : <Choice options={options ?? []} value={state.filters[id] ?? ''} onChange={(value) => { setFilter(id, value); }} />}
        </FormField>
      ))}
      {active > 0 && <Button onClick={() => { change({ filters: {} }); }}>{texts.list.clear}</Button>}
    </div>
  );
  return (
    <SpaceBetween size="s">
      <div className="tn-filter">
        {search && (
          <div className="tn-search">
            <Input
              ref={input}
              type="search"
              ariaLabel={search.placeholder}
              placeholder={search.placeholder}
              value={typed}
              onChange={({ detail }) => { setTyped(detail.value); }}
              onKeyDown={(event) => {
                if (event.detail.key === 'ArrowDown' && focusRow(0)) event.preventDefault();
              }}
              clearAriaLabel={texts.list.clear}
            />
          </div>
        )}
        {search && filters.length > 0 && (
          <Button
            iconName="filter"
            variant={active > 0 ? 'primary' : 'normal'}
            ariaLabel={isOpen ? texts.list.filterClose : texts.list.filterOpen}
            ariaExpanded={isOpen}
            onClick={() => { setOpen(!isOpen); }}
          />
        )}
        {!search && controls}
        <span className="tn-matches" role="status">
          {tooShort ? texts.list.shortSearch : found}
          {active > 0 && search && !isOpen && ` ${texts.list.filterActive(active)}`}
        </span>
        {children}
      </div>
      {search && isOpen && filters.length > 0 && controls}
    </SpaceBetween>
  );
}

function Choice({ options, value, onChange }: { options: SelectProps.Option[]; value: string; onChange: (value: string) => void }) {
  const texts = useTexts(shared);
  const all = [{ value: '', label: texts.list.all }, ...options];
  return (
    <Select
      options={all}
      selectedOption={all.find((option) => option.value === value) ?? null}
      onChange={({ detail }) => { onChange(detail.selectedOption.value ?? ''); }}
    />
  );
}

// useSearchText keeps what the user types, and starts the search after a pause. A new address, such as after going back,
// replaces a text that was typed at another address. A text that is typed while the browser is already at the new address,
// but the list of the old one is still drawn, stays. While the user goes to another screen, no search starts: it would take
// the user back to the list.
function useSearchText(current: string, start: (text: string) => void) {
  const input = useRef<InputProps.Ref>(null);
  const { pathname, search } = useLocation();
  const address = pathname + search;
  const next = useNavigation().location;
  const [{ text: typed, at }, setText] = useState({ text: current, at: address });
  const [drawn, setDrawn] = useState(address);
  if (drawn !== address) {
    setDrawn(address);
    if (at !== address && current !== typed.trim()) setText({ text: current, at: address });
  }
  const setTyped = (text: string) => {
    const { pathname: path, search: query } = next ?? window.location;
    setText({ text, at: path + query });
  };
  const begin = useEffectEvent((text: string) => {
    if (text !== current) start(text);
  });
  const isLeaving = next !== undefined;
  useEffect(() => {
    const text = typed.trim();
    if (isLeaving || (text !== '' && isShort(text))) return;
    const timer = setTimeout(() => { begin(text); }, text === '' ? 0 : pause);
    return () => { clearTimeout(timer); };
  }, [typed, drawn, isLeaving]);
  return { input, typed, setTyped };
}
