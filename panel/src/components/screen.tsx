import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import Spinner from '@cloudscape-design/components/spinner';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, type ReactNode } from 'react';
import { asProblem } from '../api/problem';
import { createStore, useStore } from '../store';
import { useTexts } from '../texts/catalogue';
import { useProblemTexts } from '../texts/problem-text';
import { shared } from '../texts/shared';

export interface Crumb { text: string; href: string }

const crumbs = createStore<Crumb[]>([]);

// useBreadcrumbs returns the path of the current screen. The shell shows it.
export const useBreadcrumbs = () => useStore(crumbs);

// useScreenTitle names the screen in the browser's tab and in the breadcrumbs. parents are the objects above it.
export function useScreenTitle(title: string, parents: Crumb[] = []) {
  const texts = useTexts(shared);
  const path = JSON.stringify([...parents, { text: title, href: '' }]);
  useEffect(() => {
    document.title = texts.title(title);
    crumbs.set(JSON.parse(path) as Crumb[]);
  }, [title, path, texts]);
}

interface ScreenProps {
  title: string;
  description?: ReactNode;
  parents?: Crumb[]; // the breadcrumbs above this screen
  actions?: ReactNode; // buttons beside the title
  sidebar?: ReactNode; // the column on the right, with the actions of an object
  children: ReactNode;
}

// Screen is the frame of every screen that is not one list: title, actions, content and the right sidebar.
export function Screen({ title, description, parents, actions, sidebar, children }: ScreenProps) {
  useScreenTitle(title, parents);
  const content = sidebar
    ? (
      <div className="tn-with-sidebar">
        <div className="tn-columns">
          <SpaceBetween size="l">{children}</SpaceBetween>
          <aside>{sidebar}</aside>
        </div>
      </div>
    )
    : <SpaceBetween size="l">{children}</SpaceBetween>;
  return (
    <ContentLayout header={<Header variant="h1" description={description} actions={actions}>{title}</Header>}>
      {content}
    </ContentLayout>
  );
}

// Loading stands for a part of a screen whose data are on their way.
export function Loading() {
  const texts = useTexts(shared);
  return <div className="tn-loading" role="status"><Spinner size="large" /> {texts.loading}</div>;
}

// Failure explains why a part of a screen cannot be shown, and offers to try again.
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const texts = useTexts(shared);
  const problems = useProblemTexts();
  const problem = asProblem(error);
  return (
    <Alert
      type="error"
      header={texts.failure.title}
      action={retry && <Button iconName="refresh" onClick={retry}>{texts.tryAgain}</Button>}
    >
      {problems.problem(problem)}
      {problem.requestId !== '' && <div className="tn-faint">{texts.failure.reference(problem.requestId)}</div>}
    </Alert>
  );
}
