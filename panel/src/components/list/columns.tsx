import type { TableProps } from '@cloudscape-design/components/table';
import type { ReactNode } from 'react';
import { Skeleton } from './skeleton';

export interface Column<T> {
  id: string;
  header: string;
  cell: (item: T) => ReactNode;
  sort?: { ascending: string; descending: string }; // the API's values; without them the column cannot sort
  isOptional?: boolean; // whether the user may hide the column
  isHidden?: boolean; // whether the column is hidden until the user shows it
  isForWide?: boolean; // whether the column is hidden in narrow windows, until the user chooses columns
  maxWidth?: number; // in pixels, unless lines are wrapped
}

// Row is a row of the table. It has no item while the list is being loaded.
export interface Row<T> { key: string; item?: T }

interface SortTexts { sortedAscending: string; sortedDescending: string; notSorted: string }

interface State { canSort: boolean; isLoading: boolean }

// definitionsOf returns the columns as Cloudscape's table wants them.
export function definitionsOf<T>(
  columns: Column<T>[], { canSort, isLoading }: State, texts: SortTexts,
): TableProps.ColumnDefinition<Row<T>>[] {
  return columns.map((column, index) => ({
    id: column.id,
    header: column.header,
    minWidth: index === 0 ? 150 : 80,
    maxWidth: column.maxWidth,
    isRowHeader: index === 0 && !isLoading, // a header must not be empty
    sortingField: column.sort && canSort ? column.id : undefined,
    ariaLabel: column.sort && canSort ? ({ sorted, descending }) => {
      const order = descending ? texts.sortedDescending : texts.sortedAscending;
      return `${column.header}, ${sorted ? order : texts.notSorted}`;
    } : undefined,
    cell: ({ item, key }) => {
      if (item === undefined) return <Skeleton index={key.length + index} />;
      return index === 0 ? <div data-list-row={key} className="tn-row-name">{column.cell(item)}</div> : column.cell(item);
    },
  }));
}

// sortOf returns the column by which the API's value sorts.
export function sortOf<T>(columns: Column<T>[], sort: string): { column: string; isDescending: boolean } | undefined {
  for (const { id, sort: values } of columns) {
    if (values?.ascending === sort) return { column: id, isDescending: false };
    if (values?.descending === sort) return { column: id, isDescending: true };
  }
  return undefined;
}
