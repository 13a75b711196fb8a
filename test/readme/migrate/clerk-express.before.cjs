const express = require('express');
const { clerkMiddleware, getAuth } = require('@clerk/express');

exports.createApp = (options) => {
  const app = express();
  app.use(clerkMiddleware(options)); // publishableKey, secretKey, jwtKey, authorizedParties
  app.get('/api/notes', (request, response) => {
    const { isAuthenticated, userId, has } = getAuth(request);
    if (!isAuthenticated) {
      response.sendStatus(401);
      return;
    }
    response.json({ of: userId, editor: has({ role: 'org:editor' }) });
  });
  return app;
};
