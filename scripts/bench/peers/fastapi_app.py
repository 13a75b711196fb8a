"""The route as FastAPI and python-jose serve it: one worker, the token verified for each request."""

import json
import os

from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from jose import JWTError, jwt

JWKS = json.loads(os.environ["BENCH_JWKS"])
ISSUER = os.environ["BENCH_ISSUER"]
AUDIENCE = os.environ["BENCH_AUDIENCE"]

app = FastAPI()
bearer = HTTPBearer()


def current_user(credentials: HTTPAuthorizationCredentials = Depends(bearer)) -> str:
    try:
        claims = jwt.decode(
            credentials.credentials,
            JWKS,
            algorithms=["RS256"],
            audience=AUDIENCE,
            issuer=ISSUER,
        )
    except JWTError as error:
        raise HTTPException(status_code=401) from error
    return claims["sub"]


@app.get("/api/items/{user_id}")
async def items(user_id: str, subject: str = Depends(current_user)):
    if user_id != subject:
        raise HTTPException(status_code=403)
    return {"userId": user_id, "items": []}
