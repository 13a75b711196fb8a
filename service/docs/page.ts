/** The page with Swagger UI. Its paths are relative, so that it works behind a proxy that adds a path prefix. */
export const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Analyzer service: API</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="docs/swagger-ui.css">
    <link rel="stylesheet" href="docs/page.css">
  </head>
  <body>
    <div id="ui"></div>
    <noscript>This page needs JavaScript; <a href="openapi.json">the document</a> that it shows does not.</noscript>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/initializer.js"></script>
  </body>
</html>
`;

/** The query of the page's URL is not read as configuration, since it could name another document. */
export const INITIALIZER = `'use strict';
const dark = matchMedia('(prefers-color-scheme: dark)');
const paint = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', paint);
paint();

SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#ui',
  queryConfigEnabled: false,
  validatorUrl: null,
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  persistAuthorization: false,
});
`;

/** Adjusts Swagger UI to narrow screens and dark mode, and hides its links, which are for programs. */
export const STYLES = `html { box-sizing: border-box; }
*, *::before, *::after { box-sizing: inherit; }
body { margin: 0; }
noscript { display: block; padding: 2rem; font-family: sans-serif; }

.swagger-ui .wrapper { max-width: 70rem; }
.swagger-ui .info { margin: 1.5rem 0; }
.swagger-ui .info .renderedMarkdown table { width: auto; }
.swagger-ui .info .renderedMarkdown table :is(th, td) { padding: 0.15rem 1.5rem 0.15rem 0; line-height: 1.7; }
.swagger-ui .scheme-container { padding: 1rem 0; box-shadow: none; }
.swagger-ui .response-col_links { display: none; }
.swagger-ui .headers-wrapper { padding-bottom: 0.5rem; }

html.dark-mode .swagger-ui :is(.headers td, .headers th, .headers__title) { color: #e4e6e6; }
html.dark-mode .swagger-ui .info a { color: #8cc8ff; }

@media (max-width: 45rem) {
  .swagger-ui .wrapper { padding: 0 0.75rem; }
  .swagger-ui .opblock .opblock-summary-description { display: none; }
  .swagger-ui .opblock-body :is(.responses-inner, .table-container) { padding: 0.75rem; }
  .swagger-ui .opblock-body :is(table, thead, tbody, tr, td) { display: block; width: auto; }
  .swagger-ui .opblock-body thead { display: none; }
  .swagger-ui .opblock-body table :is(td, .parameters-col_name, .parameters-col_description) {
    max-width: none;
    min-width: 0;
    padding: 0.15rem 0;
  }
  .swagger-ui .opblock-body table .response-col_links { display: none; }
  .swagger-ui .responses-table tr.response { padding: 0.5rem 0; border-top: 1px solid #8886; }
  .swagger-ui .responses-table .response-col_status { font-weight: 700; }
  .swagger-ui .headers tr { padding: 0.25rem 0; }
  .swagger-ui .headers td:first-child { font-weight: 700; }
  .swagger-ui .headers td:last-child { display: none; }
}
`;
