import CloudscapeLink, { type LinkProps } from '@cloudscape-design/components/link';
import { useHref, useNavigate } from 'react-router';

// Link is a link to an address of the panel. The browser can open it in a new tab.
export function Link({ href, ...rest }: Omit<LinkProps, 'onFollow' | 'href'> & { href: string }) {
  const navigate = useNavigate();
  return (
    <CloudscapeLink
      {...rest}
      href={useHref(href)}
      onFollow={(event) => {
        event.preventDefault();
        void navigate(href);
      }}
    />
  );
}
