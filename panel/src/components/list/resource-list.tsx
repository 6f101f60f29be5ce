import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useRef, useState, type ReactNode } from 'react';
import { asProblem } from '../../api/problem';
import { preferences, usePreferences } from '../../preferences';
import { useTexts } from '../../texts/catalogue';
import { useFormat } from '../../texts/format';
import { shared } from '../../texts/shared';
import { notify } from '../flash';
import { LiveRegionText } from '../live-region';
import { Failure } from '../screen';
import { definitionsOf, sortOf, type Column, type Row } from './columns';
import { ListFilter, type FilterDefinition } from './filter';
import { useCount } from './count';
import { useListKeys } from './keyboard';
import { ListPreferencesButton, NoMatch, Pages, RefreshButton } from './parts';
import { SelectionBar } from './selection-bar';
import { nothing, toggle, type Selection } from './selection';
import { useListState, type ListState } from './state';
import { useIsWide } from './wide';

export type { Column } from './columns';

export interface ListPage<T> { items: T[]; nextCursor?: string; total?: number }

export interface ListRequest extends ListState { limit: number; signal: AbortSignal }

export interface ResourceListProps<T> {
  name: string; // of the list: its preferences and its cached pages have this name
  scope?: string; // what the list belongs to, such as the id of a customer
  title: string;
  variant?: 'full-page' | 'container';
  description?: ReactNode;
  load: (request: ListRequest) => Promise<ListPage<T>>;
  columns: Column<T>[]; // the first is the name
  idOf: (item: T) => string;
  nameOf: (item: T) => string;
  defaultSort?: string; // the API's order if the user chose none, such as "name"
  search?: { placeholder: string };
  needsSearch?: boolean; // whether nothing is listed, and so nothing counted, before a search
  filters?: FilterDefinition[];
  actions?: (selection: Selection<T>, state: ListState, clear: () => void) => ReactNode; // buttons in the header
  isSelectable?: boolean;
  canSelectMatching?: boolean; // whether the actions take everything that matches
  empty: ReactNode; // shown if there is nothing at all: leads to the first item
  refreshEvery?: (items: T[]) => number | false; // milliseconds until the list is read again
}

const defaultSize = 25;

// ResourceList is the one list of all screens: a table with search, filter, sorting, selection, columns and pages. The
// page's address has its state.
export function ResourceList<T>(props: ResourceListProps<T>) {
  const { name, scope = '', columns, idOf, nameOf, filters = [] } = props;
  const texts = useTexts(shared);
  const { state, change, openPage } = useListState(filters.map(({ id }) => id));
  const saved = usePreferences().lists?.[name] ?? {};
  const limit = saved.pageSize ?? defaultSize;
  const search = useRef<{ focus: () => void }>(null);
  const selected = useSelection(idOf, JSON.stringify([scope, state.search, state.filters]));

  const query = useQuery({
    queryKey: [name, scope, state.search, state.filters, state.sort, limit, state.cursor],
    queryFn: ({ signal }) => props.load({ ...state, limit, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => props.refreshEvery?.(data?.items ?? []) ?? false,
  });
  const items = query.data?.items ?? [];
  const nextCursor = query.data?.nextCursor ?? '';
  const isFiltered = state.search !== '' || Object.keys(state.filters).length > 0;
  const hasMore = nextCursor !== '' || state.page > 1;
  const pageIsSelected = items.length > 0 && items.every(selected.has);
  const isCountNeeded = (props.canSelectMatching ?? false) && hasMore && pageIsSelected && query.data?.total === undefined;
  const matching = useCount({ name, scope, state, load: props.load, isNeeded: isCountNeeded });
  const total = query.data?.total ?? matching;
  const isExpiredPage = state.cursor !== '' && query.isError && asProblem(query.error).at('cursor') !== undefined;
  const openFirstPage = useEffectEvent(() => {
    notify({ type: 'info', content: texts.list.expiredPage });
    openPage(1, undefined);
  });
  useEffect(() => {
    if (isExpiredPage) openFirstPage();
  }, [isExpiredPage]);
  useListKeys({
    toggle: (index) => { if (props.isSelectable && items[index]) selected.toggle(items[index], items); },
    search: () => { search.current?.focus(); },
  });

  const isWide = useIsWide() && props.variant !== 'container';
  const visible = saved.columns ?? columns.filter(({ isHidden, isForWide }) => !isHidden && (isWide || !isForWide)).map(({ id }) => id);
  const shown = columns.filter(({ id, isOptional }) => !isOptional || visible.includes(id));
  const sort = sortOf(columns, state.search ? '' : state.sort || (props.defaultSort ?? ''));
  const rows: Row<T>[] = query.isPending
    ? Array.from({ length: Math.min(limit, 10) }, (_, index) => ({ key: `loading-${index}` }))
    : items.map((item) => ({ key: idOf(item), item }));

  const isListed = isFiltered || !props.needsSearch;
  const counted = query.data && isListed && !nextCursor && state.page === 1 ? items.length : undefined;
  const counter = useCounter(total, counted);
  const isContainer = props.variant === 'container';
  if (query.isError && !query.data && !isExpiredPage) {
    return (
      <SpaceBetween size="l">
        <Header variant={isContainer ? 'h2' : 'h1'}>{props.title}</Header>
        <Failure error={query.error} retry={() => void query.refetch()} />
      </SpaceBetween>
    );
  }
  const header = (
    <Header
      variant={isContainer ? 'h2' : 'awsui-h1-sticky'}
      counter={counter}
      description={props.description}
      actions={props.actions && <div className="tn-actions">{props.actions(selected.selection, state, selected.clear)}</div>}
    >
      {props.title}
    </Header>
  );
  const filter = (props.search || filters.length > 0) && (
    <ListFilter
      ref={search}
      state={state}
      change={change}
      search={props.search}
      filters={filters}
      matches={isFiltered && query.data && !query.isPlaceholderData && items.length > 0
        ? { count: total ?? items.length, isExact: total !== undefined || counted !== undefined } : undefined}
    >
      <SelectionBar
        selection={selected.selection}
        pageIsSelected={pageIsSelected}
        total={total}
        hasMore={hasMore}
        canSelectMatching={props.canSelectMatching ?? false}
        selectMatching={() => { selected.selectMatching(total); }}
        clear={selected.clear}
      />
    </ListFilter>
  );
  return (
    <>
      {query.isPending && <LiveRegionText>{texts.list.loading(props.title)}</LiveRegionText>}
      <Table<Row<T>>
        variant={props.variant ?? 'full-page'}
        stickyHeader={!isContainer}
        items={rows}
        trackBy="key"
        columnDefinitions={definitionsOf(shown, { canSort: state.search === '', isLoading: query.isPending }, texts.list)}
        wrapLines={saved.wrapLines ?? false}
        selectionType={props.isSelectable ? 'multi' : undefined}
        isItemDisabled={({ item }) => item === undefined}
        selectedItems={rows.filter(({ item }) => item !== undefined && selected.has(item))}
        onSelectionChange={({ detail }) => {
          selected.choose(detail.selectedItems.flatMap(({ item }) => (item === undefined ? [] : [item])), items);
        }}
        ariaLabels={{
          tableLabel: props.title,
          allItemsSelectionLabel: () => texts.list.selectPage,
          itemSelectionLabel: (_, { item }) => (item === undefined ? texts.loading : texts.list.selectItem(nameOf(item))),
          selectionGroupLabel: props.title,
        }}
        sortingColumn={sort && { sortingField: sort.column }}
        sortingDescending={sort?.isDescending ?? false}
        onSortingChange={({ detail }) => {
          const column = columns.find(({ id }) => id === detail.sortingColumn.sortingField);
          if (column?.sort) change({ sort: detail.isDescending ? column.sort.descending : column.sort.ascending });
        }}
        header={header}
        filter={filter}
        pagination={(
          <div className="tn-pages">
            <RefreshButton isLoading={query.isFetching && !query.isPending} refresh={() => void query.refetch()} />
            <Pages
              page={state.page}
              hasNext={nextCursor !== ''}
              disabled={query.isPlaceholderData || query.isPending}
              open={(page) => { openPage(page, nextCursor); }}
            />
          </div>
        )}
        preferences={(
          <ListPreferencesButton
            columns={columns}
            visible={shown.map(({ id }) => id)}
            pageSize={limit}
            wrapLines={saved.wrapLines ?? false}
            onChange={(part) => { preferences.changeList(name, part); }}
          />
        )}
        empty={isFiltered ? <NoMatch clear={() => { change({ search: '', filters: {} }); }} /> : props.empty}
      />
    </>
  );
}

// useSelection keeps the selected items, which may be on different pages. What was selected belongs to the search and
// the filter: another one starts anew.
function useSelection<T>(idOf: (item: T) => string, matching: string) {
  const [selection, setSelection] = useState<Selection<T>>(nothing);
  const [selectedFor, setSelectedFor] = useState(matching);
  if (selectedFor !== matching) {
    setSelectedFor(matching);
    setSelection(nothing);
  }
  const has = (item: T) => selection.kind === 'matching' || selection.items.some((other) => idOf(other) === idOf(item));
  const itemsOn = (page: readonly T[]) => (selection.kind === 'matching' ? page : selection.items);
  return {
    selection, has,
    clear: () => { setSelection(nothing); },
    selectMatching: (total: number | undefined) => { setSelection({ kind: 'matching', total }); },
    toggle: (item: T, page: readonly T[]) => { setSelection({ kind: 'items', items: toggle(itemsOn(page), item, idOf) }); },
    // choose selects these items of the page. Items on other pages stay selected.
    choose(chosen: T[], page: readonly T[]) {
      const elsewhere = itemsOn(page).filter((item) => !page.some((other) => idOf(other) === idOf(item)));
      setSelection({ kind: 'items', items: [...elsewhere, ...chosen] });
    },
  };
}

// useCounter returns the text beside the title: how many there are. The selection has a line of its own, because a longer
// title would move the buttons beside it.
function useCounter(total: number | undefined, counted: number | undefined) {
  const format = useFormat();
  const all = total ?? counted;
  return all === undefined ? undefined : `(${format.number(all)})`;
}
