/**
 * PUBLIC TEST KEYS. Everybody has their private halves: nothing may ever be trusted for being signed with one of them.
 *
 * Where the RFCs have examples, these are those; the rest was generated once for this suite.
 */
import type { Jwk } from "./protocol.ts";

/** RFC 7515 §A.1.1; 512 bits, enough for every HMAC. */
const secret: Jwk = {
  kty: "oct",
  k: "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
};

/** RFC 7515 §A.2.1; 2048 bits. */
const rsa: Jwk = {
  kty: "RSA",
  n:
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4Ql" +
    "L-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUs" +
    "LA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoud" +
    "F8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
  e: "AQAB",
  d:
    "Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe" +
    "46sui395IW_GO-pWJ1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9J" +
    "YanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuh" +
    "LhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQ",
  p:
    "4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw_Py5PJdTJ" +
    "NPY8cQn7ouZ2KKDcmnPGBY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y2XDwGUc",
  q:
    "uQPEfgmVtjL0Uyyx88GZFF1fOunH3-7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYsp1ZSe7zFYHj7C6ul7TjeLQeZD_Yw" +
    "D66t62wDmpe_HlB-TnBA-njbglfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdc",
  dp:
    "BwKfV3Akq5_MFZDFZCnW-wzl-CCo83WoZvnLQwCTeDv8uzluRSnm71I3QCLdhrqE2e9YkxvuxdBfpT_PI7Yz-FOKnu1R6HsJ" +
    "eDCjn12Sk3vmAktV2zb34MCdy7cpdTh_YVr7tss2u6vneTwrA86rZtu5Mbr1C1XsmvkxHQAdYo0",
  dq:
    "h_96-mK1R_7glhsum81dZxjTnYynPbZpHziZjeeHcXYsXaaMwkOlODsWa7I9xXDoRwbKgB719rrmI2oKr6N3Do9U0ajaHF-N" +
    "KJnwgjMd2w9cjz3_-kyNlxAr2v4IKhGNpmM5iIgOS1VZnOZ68m6_pbLBSp3nssTdlqvd0tIiTHU",
  qi:
    "IYd7DHOhrWvxkwPQsRM2tOgrjbcrfvtQJipd-DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd_QJQ3ydy5cY7YIBi8" +
    "7w93IKLEdfnbJtoOPLUW0ITrJReOgo1cq9SbsxYawBgfp_gh6A5603k2-ZQwVK0JKSHuLFkuQ3U",
};

/** RFC 7515 §A.3.1. */
const p256: Jwk = {
  kty: "EC",
  crv: "P-256",
  x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
  y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
  d: "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
};

/** RFC 7515 §A.4.1. */
const p521: Jwk = {
  kty: "EC",
  crv: "P-521",
  x: "AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk",
  y: "ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2",
  d: "AY5pb7A0UFiB3RELSD64fTLOSV_jazdF7fLYyuTw8lOfRhWg6Y6rUrPAxerEzgdRhajnu0ferB0d53vM9mE15j2C",
};

/** RFC 8037 §A.1. */
const ed25519: Jwk = {
  kty: "OKP",
  crv: "Ed25519",
  x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
  d: "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
};

const p384: Jwk = {
  kty: "EC",
  crv: "P-384",
  x: "hsaSebK3jKH_pDi7e6DI0L-815hd8tTsZ2fmXSytlZDI7lvL9jWcskqnQplXwyUo",
  y: "SrVfUCUDk21D4Wicm0JuzIGXjvMW_HtsvWYc92rfQD0yBtcuOOSYBNrS01OFh9gb",
  d: "tn5MqlpN0r_8O1OJA1gNPyS2tvx5oUUbW22M4LwfvQ37zigEvHsfDxARbnUFbpgY",
};

const secp256k1: Jwk = {
  kty: "EC",
  crv: "secp256k1",
  x: "VFAddY3uZMtQC1nbGOjRzIYlsn73_KlpDYEK7e9fc1E",
  y: "iiJee_izfGSov1OsE8UTsfri7WsJ-UJ9gksLVTSwff4",
  d: "XTopQHQP7-06PJFHhpYa88aBoPxu3Pbc-GLlUD-aiaw",
};

const otherP256: Jwk = {
  kty: "EC",
  crv: "P-256",
  x: "x0WnAN0jpwL6d2HzJ1LmZBANh9lTSx0Cvd_hjjEEfRE",
  y: "sLz2_OF6cOvoj0xXlb1_Xn_Vkn_ukcotQCpjxilvUsU",
  d: "x-aW9yMS9bYHMBiWTfWxBGITaofDG3QqnCJQ6eV-_UU",
};

const ed448: Jwk = {
  kty: "OKP",
  crv: "Ed448",
  x: "cKSchDy9XsfeJnTrIDUT1ZOomg8JRLceiVkqGyGi10abCD561mZ4tHUB8sQo4i351XqJXiK-_aUA",
  d: "IlciJCcdFvWIG1MybCS0ayaBpVmF6bcYozLmmtFnzxCEXLzp82SLFsyIUg1aZYbDPaP01tw3oMUJ",
};

const otherEd25519: Jwk = {
  kty: "OKP",
  crv: "Ed25519",
  x: "Whhd1acOc6Smzh8d8Y551J8pFdSfUo97yRmxj7rlLjY",
  d: "ld62AaMn3pLdDJKMz4PTAkMU6zCaXCHbAuEf9B3eVoU",
};

const rsa1024: Jwk = {
  kty: "RSA",
  n:
    "3lDTXEUlihL-_A0qKatTnjjXf2Hv43eVphtneLL56c5w5e_LQ8x9EP2Hakk49NmSoeDIO2aGevf7m-cMJVhtUPl-fxPd" +
    "gYUYIq1Rz5PIH2tyYCll-Ok2urpgpQhhuWIG1WxD8LzWuWH1bpz4x9Lj08IRU5Bzgaxu_gIXzgblXpE",
  e: "AQAB",
  d:
    "gZRMzdBD5CnUU6d8ttL0pxlsigPUphnSsQHyGoj_X8cDSRKuwHLVRuzvXAUX3Kdgb1gsfWrx4YTfM-zEyJO1CtIJoRCC" +
    "qkGVIfouS_89X9mH19Ihz_c9vJuCd9mqRkZaS8IH2JJqPaOTPzH9iAJEGxVS_wli-Bb6bXzrSqm1zJE",
  p: "_CV4ZmYKpwDrYBTJEvaWruuS-2aNEIlg1Koo1ymbd0f0D1IQS7S9tiBHEKIB2o1A68pOmC1Aoe_ZuY3qVsw19Q",
  q: "4bakYB3uOVbMZmo9qxqhJRNr_3FzaY0AuptQV4McHCkVCAXgnUqz2Y81u_TqGAX0uEelnxuPjWRFdGV2JdhIrQ",
  dp: "QspqKjW9fJ9xufHHkY5gO9WLCa0QkODTFYI9b0FGPUKCE8zZJDSsTCIgsPc5JntkRxE_4G-cP0kZk11URcmyQQ",
  dq: "OlUCTBjQHR9yebFROKwMI1HOoliGlCutmYxUChnHJPv1BHrIXr4UltAs-eNEsGqxoQJbKjBsPAVC8d7a1tL7jQ",
  qi: "DZPU2pt91iKW7fTHCvejFT9hyOzNH1kQKzc-2ssId7Zd_VvwROJ6MSD8c8Oe49hlxxNYMxVvQYTSNMFgt6gm0g",
};

const otherRsa: Jwk = {
  kty: "RSA",
  n:
    "v6p4oCwypc3x1-YjfuZYRoJSXFt7EpjnNWtyowcAirzvUeTLSteAKGyR7O8PWf_cdUvDWxGTQX_lt_a3nLA8In8aDucs" +
    "K762KuaHOM1EISKXS9K179gTv2bOlIdpkgshZnBXrqcz_cbRIaysaSpYOHXIb99F3vj8cprTtpjCHJe4XDX1mpVTNku3" +
    "RzILDPpIzZDHh7dxe0gTEkq3KCNL8RQ2DoN5OaWkzBhEDHBwmMmA641nvuvlWhzlblM4-SfJY7D4I8kCKl8mTGmpphbq" +
    "JVvumSA-EQrl2qcR4TnzYvRHgIxqzT9rAoG--ceHZnpTpq_aMmF7LhuSrCKczaSIoQ",
  e: "AQAB",
  d:
    "UNv53NUYnvOV-ngIdJJ4HnL_jSA4-V0Reet1JwsesulHa7zC-TWWRzeajqNCTj1PxBps9eAhyEnNX8GRr-R30jPeCfiE" +
    "HYZtMwcjeBa9Dd-aha4E_IUju6WDNI02QBs7AY0WqMO4fvFgLD09VXa8VkF2iJ_gydMwKadg9xFWHxo1gWB4jtyslcEN" +
    "yFehq1zKyidTsa1KMhstphdcdadEe9u63fVr3Igfyp4ggl-pAD9cQKE2hOCk7kDLYWT6bL4KM3MlzHifN5sOAYat_vxb" +
    "420CcgQ2jNbxHFZxW15HXONZH17601Y9_3-Due9sCqAuaMSVS2Eb77bqFWiIQHjmIw",
  p:
    "72QNuqQRJEtzG-_1GjEUHBTWgrD4Smz1Bt_8okjsevlp6ac07wjFiVvPkb_f_NMj22uMGssGMP4c_KsfWtDf4SOCrMUm" +
    "B4iqNiEyptfygKrbuC9bL5-42ssodoQNMM-r7yAUJq8XMOjgfE7NMJhXYIwTvmtNk5XVlYpv6pPMv88",
  q:
    "zPa__yfIJT81hE4cAGQjQ8goJLD14l0cdoLznEgIwXKytCB0HDibXVxxRyTDMqYq3JZKwsdJFFqdAvpWUWOrRY3-4rQs" +
    "QKkjqqaavYzisAHLrhKitr10FICQ62kamwAbfUzRAN7nLJIDCyorLSca5gV1HP7dWz9EYlu5Q5f5XI8",
  dp:
    "XWLssCicv0nnp7heJ0-KBsJiRC2BTpdepsXuKejEx9xQYuPllHIZjVIRkUwGtvwu-sPjrfgRfD9FU5P18VmWXJ-btIZc" +
    "JYg8zkz5E3keku8UM6_VpKhsVn32VPWCp837xpb_BXA8Xcoa-KNNDG4BeBptAVWet7o1zdZpflsV_qU",
  dq:
    "dT3wNZQb-LJfen7zpYWiZnNoAxT2kbWRQnlFwG-0EnP5pO-rezkmJhFq-rccsSw7-FJAEYrNUsdCaSGpnoTUw8SluCg3" +
    "6ATYUhVbDnI4eVWNnNUsHjvg2plwTDii72bwUoxOQaE_u08KTqigagOkb09P3nYrSLa390tgfjnAeiE",
  qi:
    "aBHsvPyVvieOMNoKc8ohei4ky3G4likQZJ9k69iFeJ_nMk0AkdJ8MdifcARDCdUdeNwatsAuFE3Xx2yrRdknyHOBIMA0" +
    "NlFIUb4Tii5IzvGbNwgs-89CR-qO51i0BGAZb7Z-mvExon0ZGGw0vUvH86D9Gdew9CMdjimuNq7xCt0",
};

const leadingZero: Jwk = {
  kty: "EC",
  crv: "P-256",
  x: "AJOu3Rok7MVUVNw1UWUUGrdWyg6sCINf-zem_LyxEXA",
  y: "iwW_4hYYmX-Xm_ywL0z7DPdsp-V_lIWNcc7HXUJaDws",
  d: "kP40a_cB6_0kGveA6TmFTaXnaVDpGxrkptDfB6VN5zw",
};

/** The key that each algorithm is tried with, whole. */
export const signingKeys: Readonly<Record<string, Jwk>> = {
  HS256: secret,
  HS384: secret,
  HS512: secret,
  RS256: rsa,
  RS384: rsa,
  RS512: rsa,
  PS256: rsa,
  PS384: rsa,
  PS512: rsa,
  ES256: p256,
  ES384: p384,
  ES512: p521,
  ES256K: secp256k1,
  EdDSA: ed25519,
  Ed25519: ed25519,
  Ed448: ed448,
};

/** Keys that no verifier is told to trust; somebody else's. */
export const othersKeys: Readonly<Record<"HS256" | "RS256" | "ES256" | "EdDSA", Jwk>> = {
  HS256: {
    kty: "oct",
    k: "Gm1yw3bzZ5kD9FT6RuiPnh7mVbJ1iQMWx4a2CD_8WQY0W6ojobVPouwzNB3Ql6zmpYZAvlHBjbxSC8KjpPe33Q",
  },
  RS256: otherRsa,
  ES256: otherP256,
  EdDSA: otherEd25519,
};

/** Keys that are no good, or look as if they were not. */
export const oddKeys: Readonly<Record<"rsa1024" | "leadingZero", Jwk>> = {
  /** Too short for RFC 7518 §3.3. */
  rsa1024,
  /** On P-256, with an x that begins with a zero octet. */
  leadingZero,
};

/** The half of a key that may be shown; a secret has no other. */
export function publicHalf(key: Jwk): Jwk {
  const { d, p, q, dp, dq, qi, ...rest } = key;
  return rest;
}

/** The octets of an HMAC secret, as a JWK. */
export function secretOf(octets: Buffer | string): Jwk {
  return { kty: "oct", k: Buffer.from(octets).toString("base64url") };
}
