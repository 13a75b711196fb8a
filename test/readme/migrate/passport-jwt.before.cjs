const express = require('express');
const { passportJwtSecret } = require('jwks-rsa');
const { Passport } = require('passport');
const { ExtractJwt, Strategy } = require('passport-jwt');

exports.createApp = ({ issuer, audience, jwksUri }) => {
  const passport = new Passport();
  const users = new Map();
  const options = {
    jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
    secretOrKeyProvider: passportJwtSecret({ jwksUri, cache: true, rateLimit: true }),
    issuer,
    audience,
    algorithms: ['RS256'],
  };
  const findOrCreate = ({ sub }, done) => {
    if (!users.has(sub)) users.set(sub, { id: String(users.size + 1), sub });
    done(null, users.get(sub));
  };
  passport.use(new Strategy(options, findOrCreate));

  const app = express();
  app.use('/api', passport.authenticate('jwt', { session: false }));
  app.get('/api/me', (request, response) => {
    response.json({ of: request.user.sub });
  });
  return app;
};
