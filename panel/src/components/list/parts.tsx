import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Pagination from '@cloudscape-design/components/pagination';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { lazy, Suspense, type ComponentProps } from 'react';
import { useTexts } from '../../texts/catalogue';
import { shared } from '../../texts/shared';

// Few users change columns, so the dialog is not part of the first load.
const Preferences = lazy(() => import('./preferences'));

export function ListPreferencesButton(props: ComponentProps<typeof Preferences>) {
  const texts = useTexts(shared).list;
  return (
    <Suspense fallback={<Button variant="icon" iconName="settings" disabled ariaLabel={texts.preferences} />}>
      <Preferences {...props} />
    </Suspense>
  );
}

export function RefreshButton({ isLoading, refresh }: { isLoading: boolean; refresh: () => void }) {
  const texts = useTexts(shared).list;
  return <Button variant="icon" iconName="refresh" ariaLabel={texts.refresh} loading={isLoading} onClick={refresh} />;
}

interface PagesProps { page: number; hasNext: boolean; disabled: boolean; open: (page: number) => void }

// Pages goes to the next page and to all pages before. Only the last page tells how many pages there are, so the pages are
// open-ended until then.
export function Pages({ page, hasNext, disabled, open }: PagesProps) {
  const texts = useTexts(shared).list;
  return (
    <Pagination
      ariaLabels={{
        paginationLabel: texts.pagination, nextPageLabel: texts.nextPage, previousPageLabel: texts.previousPage, pageLabel: texts.page,
      }}
      currentPageIndex={page}
      pagesCount={page}
      openEnd={hasNext}
      disabled={disabled}
      onChange={({ detail }) => { open(detail.currentPageIndex); }}
    />
  );
}

// NoMatch says that nothing matches the search and the filter.
export function NoMatch({ clear }: { clear: () => void }) {
  const texts = useTexts(shared).list;
  return (
    <Box textAlign="center" padding={{ vertical: 'l' }}>
      <SpaceBetween size="s">
        <Box variant="strong">{texts.noMatch}</Box>
        <Box color="text-body-secondary">{texts.noMatchLead}</Box>
        <Button onClick={clear}>{texts.clear}</Button>
      </SpaceBetween>
    </Box>
  );
}
