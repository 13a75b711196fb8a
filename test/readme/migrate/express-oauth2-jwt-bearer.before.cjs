const express = require('express');
const { auth, requiredScopes } = require('express-oauth2-jwt-bearer');

exports.createApp = ({ issuer, audience }) => {
  const app = express();
  app.use('/api', auth({ issuerBaseURL: issuer, audience }));
  app.get('/api/notes', requiredScopes('notes:read'), (request, response) => {
    response.json({ of: request.auth.payload.sub });
  });
  return app;
};
