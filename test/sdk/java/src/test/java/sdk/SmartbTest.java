// SPDX-License-Identifier: Apache-2.0
package sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.nimbusds.jose.jwk.ECKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A resident's consent, a private answer, an event and two errors, on the network whose export SMARTB_EXPORT names. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class SmartbTest {
    private static final Path EXPORT = Path.of(System.getenv("SMARTB_EXPORT"));
    private static final Path NOTICE = Path.of("../../../docs/samples/energy-sharing.notice.json");

    @Test
    void aResidentConsents() throws Exception {
        try (Smartb city = new Smartb(EXPORT, "city", "steward");
                Smartb community = new Smartb(EXPORT, "community", "steward");
                var events = city.events()) {
            String noticeId = "notice-" + UUID.randomUUID();
            JsonObject content = JsonParser.parseString(Files.readString(NOTICE)).getAsJsonObject();
            content.addProperty("noticeId", noticeId);
            community.submit("consent:PublishNotice", content, Map.of());
            Map<String, Object> published = Map.of("noticeId", noticeId, "version", 1);
            JsonObject notice = eventually(() -> city.evaluate("consent:GetNotice", published));

            Resident alice = new Resident(city);
            String consentId = UUID.randomUUID().toString();
            Map<String, Object> giving = giving(notice, consentId);
            JsonObject given = city.submit("consent:Relay", alice.sign("consent:Give", giving, Map.of()), Map.of());
            assertEquals("GIVEN", given.get("state").getAsString());

            ECKey answerKey = Resident.newKey();
            var question = alice.sign("consent:Receipt", Map.of("consentId", consentId, "format", "kantara"),
                Map.of("answerTo", answerKey.toPublicJWK().toJSONObject()));
            JsonObject receipt = Resident.open(city.evaluatePrivate("consent:Receipt", question, Map.of()), answerKey);
            assertEquals(alice.pseudonym, receipt.get("piiPrincipalId").getAsString());

            JsonObject announced = null;
            while (announced == null) {
                var event = events.next();
                String payload = new String(event.getPayload(), StandardCharsets.UTF_8);
                if (event.getEventName().equals("consent.ConsentGiven") && payload.contains(alice.pseudonym)) {
                    announced = JsonParser.parseString(payload).getAsJsonObject();
                }
            }
            assertEquals(consentId, announced.get("consentId").getAsString());
        }
    }

    @Test
    void errorsOfBothKindsOfCallBringCodeStatusAndField() throws Exception {
        try (Smartb city = new Smartb(EXPORT, "city", "steward")) {
            var missing = assertThrows(Smartb.Refused.class,
                () -> city.evaluate("consent:GetNotice", Map.of("noticeId", "nobody-published-this", "version", 1)));
            assertEquals("NOTICE_NOT_FOUND", missing.code);
            assertEquals(404, missing.status);
            var malformed = assertThrows(Smartb.Refused.class,
                () -> city.submit("consent:Relay", Map.of("signedRequest", "no.signed.request"), Map.of()));
            assertEquals("SIGNED_REQUEST_MALFORMED", malformed.code);
            assertTrue(malformed.details.has("member"));
        }
    }

    /** Everything that the ledger keeps in a consent is signed, and most of it is the notice's. */
    private static Map<String, Object> giving(JsonObject notice, String consentId) {
        return Map.ofEntries(
            Map.entry("consentId", consentId),
            Map.entry("noticeId", notice.get("noticeId").getAsString()),
            Map.entry("noticeVersion", 1),
            Map.entry("noticeSha256", notice.get("sha256").getAsString()),
            Map.entry("taxonomyVersion", notice.get("taxonomyVersion").getAsInt()),
            Map.entry("controller", notice.getAsJsonObject("controller").get("msp").getAsString()),
            Map.entry("purpose", notice.get("purpose").getAsString()),
            Map.entry("lawfulBasis", notice.getAsJsonArray("lawfulBases").get(0).getAsString()),
            Map.entry("dataCategories", List.of("smartb:LoadCurve")),
            Map.entry("recipients", List.of("UtilityMSP")),
            Map.entry("type", "expressed"),
            Map.entry("validUntil", "2030-12-31T00:00:00Z"));
    }

    /** What another organisation wrote may be a block away from this one's peer. */
    private static JsonObject eventually(Callable<JsonObject> call) throws Exception {
        for (int attempt = 0; ; attempt++) {
            try {
                return call.call();
            } catch (Smartb.Refused e) {
                if (attempt == 50 || !e.code.endsWith("NOT_FOUND")) {
                    throw e;
                }
                Thread.sleep(100);
            }
        }
    }
}
