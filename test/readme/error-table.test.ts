import * as core from 'sallyport';
import * as clerk from 'sallyport/clerk';
import * as dpop from 'sallyport/dpop';
import * as mcp from 'sallyport/mcp';
import * as signals from 'sallyport/signals';
import { section, tableRows, textOf } from '../support/readmes';

type ErrorClass = new (...options: never[]) => core.SallyportError;

const classes = Object.entries({ ...core, ...clerk, ...dpop, ...mcp, ...signals }).filter(
  ([name, value]) => name.endsWith('Error') && value !== core.SallyportError,
) as [string, ErrorClass][];

const shown = tableRows(section(textOf('lib/README.md'), '## Errors'))
  .filter(([status = '', , name = '']) => /^\d{3}$/.test(status) && name !== '')
  .map(([status = '', code = '', name = '']) => ({
    status: Number(status),
    code: code.replaceAll('`', ''),
    name: name.replaceAll('`', ''),
  }));

describe('the table of errors in lib/README.md', () => {
  it('has each error class of the package, and no other', () => {
    expect(shown.map(({ name }) => name).sort()).toEqual(classes.map(([name]) => name).sort());
  });

  it.each(classes)('has status and code of %s', (name, Failure) => {
    const { status, code } = new Failure(...([[], [], []] as never[]));
    expect(shown).toContainEqual({ name, status, code });
  });
});
