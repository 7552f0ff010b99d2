// An adapter for golang-jwt: go mod tidy && npx barewire conform jwt --exec "go run ." (in this folder)
package main

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"os"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

type jwk struct {
	Kty, Crv, K, N, E, X, Y, Alg, Use string
	Ops                               []any `json:"key_ops"`
	Keys                              []any
}

type question struct {
	ID     int
	Token  string
	Key    jwk
	Policy struct {
		Algorithms                     []string
		Issuer, Audience, Subject, Typ string
		Crit                           []string
		Now, MaxAge, ClockTolerance    int64
	}
}

var curves = map[string]elliptic.Curve{"P-256": elliptic.P256(), "P-384": elliptic.P384(), "P-521": elliptic.P521()}

func octets(text string) []byte   { out, _ := base64.RawURLEncoding.DecodeString(text); return out }
func number(text string) *big.Int { return new(big.Int).SetBytes(octets(text)) }

// The library takes keys of Go, not JWKs.
func (key jwk) public() (any, error) {
	switch {
	case key.Kty == "oct":
		return octets(key.K), nil
	case key.Kty == "RSA":
		return &rsa.PublicKey{N: number(key.N), E: int(number(key.E).Int64())}, nil
	case key.Kty == "EC" && curves[key.Crv] != nil:
		return &ecdsa.PublicKey{Curve: curves[key.Crv], X: number(key.X), Y: number(key.Y)}, nil
	case key.Kty == "OKP" && key.Crv == "Ed25519":
		return ed25519.PublicKey(octets(key.X)), nil
	}
	return nil, errors.New("a key of another type")
}

func (q question) supported() bool {
	for _, alg := range q.Policy.Algorithms {
		if jwt.GetSigningMethod(alg) == nil {
			return false
		}
	}
	aboutKey := q.Key.Keys != nil || q.Key.Alg+q.Key.Use != "" || q.Key.Ops != nil || q.Key.Crv == "Ed448"
	return !aboutKey && q.Policy.Typ == "" && q.Policy.Crit == nil && q.Policy.MaxAge == 0
}

func verify(q question) (jwt.MapClaims, error) {
	options := []jwt.ParserOption{
		jwt.WithValidMethods(q.Policy.Algorithms),
		jwt.WithLeeway(time.Duration(q.Policy.ClockTolerance) * time.Second),
		jwt.WithTimeFunc(func() time.Time { return time.Unix(q.Policy.Now, 0) }),
	}
	if q.Policy.Issuer != "" {
		options = append(options, jwt.WithIssuer(q.Policy.Issuer))
	}
	if q.Policy.Audience != "" {
		options = append(options, jwt.WithAudience(q.Policy.Audience))
	}
	if q.Policy.Subject != "" {
		options = append(options, jwt.WithSubject(q.Policy.Subject))
	}
	claims := jwt.MapClaims{}
	_, err := jwt.ParseWithClaims(q.Token, claims, func(*jwt.Token) (any, error) { return q.Key.public() }, options...)
	return claims, err
}

func main() {
	fmt.Println(`{"hello":true,"clock":true,"name":"golang-jwt"}`)
	out := json.NewEncoder(os.Stdout)
	in := bufio.NewReader(os.Stdin)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		var q question
		_ = json.NewDecoder(strings.NewReader(line)).Decode(&q)
		if !q.supported() {
			_ = out.Encode(map[string]any{"id": q.ID, "unsupported": true})
		} else if claims, err := verify(q); err != nil {
			_ = out.Encode(map[string]any{"id": q.ID, "accept": false, "reason": err.Error()})
		} else {
			_ = out.Encode(map[string]any{"id": q.ID, "accept": true, "claims": claims})
		}
	}
}
