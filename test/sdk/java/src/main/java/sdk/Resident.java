// SPDX-License-Identifier: Apache-2.0
package sdk;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDHDecrypter;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.text.ParseException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** A resident: a key pair without a certificate, known by the thumbprint of the public key. */
public final class Resident {
    public final String pseudonym;
    private final ECKey key;
    private final String audience;

    public Resident(Smartb member) throws JOSEException {
        key = newKey();
        pseudonym = key.computeThumbprint().toString();
        audience = member.text("network") + "/" + member.text("channel") + "/" + member.text("chaincode");
    }

    /** A key pair on P-256 whose JWK has no other members than kty, crv, x and y: kid, alg and use are refused. */
    public static ECKey newKey() throws JOSEException {
        return new ECKeyGenerator(Curve.P_256).generate();
    }

    /** Signs one call, for {@code consent:Relay} and its like, or for a query in the place of its request. */
    public Map<String, String> sign(String transaction, Map<String, Object> request, Map<String, Object> more)
            throws JOSEException {
        long now = Instant.now().getEpochSecond();
        Map<String, Object> claims = new HashMap<>(more);
        claims.putAll(Map.of("sub", pseudonym, "aud", audience, "txn", transaction, "req", request,
            "iat", now, "exp", now + 240, "jti", UUID.randomUUID().toString()));
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES256)
            .type(new JOSEObjectType("smartb-request+jwt"))
            .jwk(key.toPublicJWK())
            .build();
        JWSObject signed = new JWSObject(header, new Payload(claims));
        signed.sign(new ECDSASigner(key));
        return Map.of("signedRequest", signed.serialize());
    }

    /** Opens a private answer with the key that was made for it. */
    public static JsonObject open(String jwe, ECKey answerKey) throws JOSEException, ParseException {
        JWEObject answer = JWEObject.parse(jwe);
        answer.decrypt(new ECDHDecrypter(answerKey));
        return JsonParser.parseString(answer.getPayload().toString()).getAsJsonObject();
    }
}
