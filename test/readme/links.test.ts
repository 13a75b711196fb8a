import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { READMES, textOf } from '../support/readmes';

const root = join(__dirname, '../..');
const LINK = /\]\(([^)\s]+)\)/g;

const links = READMES.flatMap((readme) =>
  [...textOf(readme).matchAll(LINK)]
    .map(([, target = '']) => ({ readme, target }))
    .filter(({ target }) => !/^https?:/.test(target)),
);

/** The anchors that GitHub and npm give the headings of a page. */
function anchorsOf(page: string): readonly string[] {
  const prose = page.replace(/```[\s\S]*?```/g, '');
  return [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/ /g, '-'),
  );
}

describe('the links of the READMEs', () => {
  it('are more than a few', () => {
    expect(links.length).toBeGreaterThan(20);
  });

  it.each(links)('$readme: $target leads somewhere', ({ readme, target }) => {
    const [file = '', anchor] = target.split('#');
    const path = file === '' ? readme : normalize(join(dirname(readme), file));
    expect(existsSync(join(root, path))).toBe(true);
    if (anchor !== undefined) expect(anchorsOf(readFileSync(join(root, path), 'utf8'))).toContain(anchor);
  });

  it('lead from the first page to every other one', () => {
    const first = links.filter(({ readme }) => readme === 'README.md').map(({ target }) => target);
    expect(first).toEqual(expect.arrayContaining(READMES.filter((readme) => readme !== 'README.md')));
  });
});
