import CloudscapeLink, { type LinkProps } from '@cloudscape-design/components/link';
import { useHref, useNavigate } from 'react-router';

// Link is a link to an address of the panel. The browser can open it in a new tab. state returns what the browser's
// history keeps for the address.
export function Link({ href, state, ...rest }: Omit<LinkProps, 'onFollow' | 'href'> & { href: string; state?: () => unknown }) {
  const navigate = useNavigate();
  return (
    <CloudscapeLink
      {...rest}
      href={useHref(href)}
      onFollow={(event) => {
        event.preventDefault();
        void navigate(href, { state: state?.() });
      }}
    />
  );
}
