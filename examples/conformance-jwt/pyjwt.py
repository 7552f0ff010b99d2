"""An adapter for PyJWT: npx barewire conform jwt --exec "python3 examples/conformance-jwt/pyjwt.py" """
import json, sys
import jwt

known = jwt.algorithms.get_default_algorithms().keys() - {"none"}


def verify(token, key, policy):
    if "keys" in key:
        kid = jwt.get_unverified_header(token).get("kid")
        key = jwt.PyJWKSet.from_dict(key)[kid]
    else:
        key = jwt.PyJWK(key, algorithm=key.get("alg", policy["algorithms"][0]))
    return jwt.decode(token, key, algorithms=policy["algorithms"], issuer=policy.get("issuer"),
                      audience=policy.get("audience"), subject=policy.get("subject"),
                      leeway=policy.get("clockTolerance", 0))


def answer(id, token, key, policy):
    if policy.keys() & {"typ", "crit", "maxAge"} or not set(policy["algorithms"]) <= known:
        return {"id": id, "unsupported": True}
    try:
        return {"id": id, "accept": True, "claims": verify(token, key, policy)}
    except Exception as error:
        return {"id": id, "accept": False, "reason": f"{type(error).__name__}: {error}"}


def write(answer):
    try:
        print(json.dumps(answer, allow_nan=False), flush=True)
    except (ValueError, RecursionError):  # claims that are no JSON
        write({**answer, "claims": None})


write({"hello": True, "name": f"PyJWT {jwt.__version__}"})
for line in sys.stdin:
    write(answer(**json.loads(line)))
