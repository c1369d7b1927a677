// SPDX-License-Identifier: Apache-2.0
package sdk;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.hyperledger.fabric.client.ChaincodeEvent;
import org.hyperledger.fabric.client.CloseableIterator;
import org.hyperledger.fabric.client.Contract;
import org.hyperledger.fabric.client.Gateway;
import org.hyperledger.fabric.client.GatewayException;
import org.hyperledger.fabric.client.Hash;
import org.hyperledger.fabric.client.Network;
import org.hyperledger.fabric.client.Proposal;
import org.hyperledger.fabric.client.identity.Identities;
import org.hyperledger.fabric.client.identity.Signers;
import org.hyperledger.fabric.client.identity.X509Identity;

/** smartb by fabric-gateway, as one user of the folder that {@code network export} wrote. */
public final class Smartb implements AutoCloseable {
    private static final Gson GSON = new Gson();

    /** The user's profile.json. */
    public final JsonObject profile;
    private final ManagedChannel channel;
    private final Gateway gateway;
    private final Network network;
    private final Contract contract;

    /** What the ledger refused: code, status and details as docs/reference/errors.md lists them. */
    public static final class Refused extends Exception {
        public final String code;
        public final int status;
        public final JsonObject details;

        private Refused(JsonObject error, Throwable cause) {
            super(error.get("code").getAsString() + ": " + error.get("message").getAsString(), cause);
            code = error.get("code").getAsString();
            status = error.get("status").getAsInt();
            details = error.has("details") ? error.getAsJsonObject("details") : new JsonObject();
        }
    }

    public Smartb(Path export, String org, String user) throws IOException, GeneralSecurityException {
        Path home = export.resolve(org).resolve("users").resolve(user);
        profile = JsonParser.parseString(Files.readString(home.resolve("profile.json"))).getAsJsonObject();
        JsonObject peer = profile.getAsJsonArray("peers").get(0).getAsJsonObject();
        var roots = home.resolve(peer.get("tlsCaCertificates").getAsString()).toFile();
        var tls = TlsChannelCredentials.newBuilder().trustManager(roots).build();
        channel = Grpc.newChannelBuilder(peer.get("address").getAsString(), tls)
            .overrideAuthority(peer.get("tlsName").getAsString())
            .build();
        var certificate = Identities.readX509Certificate(Files.readString(home.resolve(text("certificate"))));
        var key = Identities.readPrivateKey(Files.readString(home.resolve(text("privateKey"))));
        gateway = Gateway.newInstance()
            .connection(channel)
            .hash(Hash.SHA256)
            .identity(new X509Identity(text("mspId"), certificate))
            .signer(Signers.newPrivateKeySigner(key))
            .evaluateOptions(options -> options.withDeadlineAfter(30, TimeUnit.SECONDS))
            .endorseOptions(options -> options.withDeadlineAfter(30, TimeUnit.SECONDS))
            .submitOptions(options -> options.withDeadlineAfter(30, TimeUnit.SECONDS))
            .commitStatusOptions(options -> options.withDeadlineAfter(60, TimeUnit.SECONDS))
            .connect();
        network = gateway.getNetwork(text("channel"));
        contract = network.getContract(text("chaincode"));
    }

    /** A member of the profile that is text. */
    public String text(String member) {
        return profile.get(member).getAsString();
    }

    /** Asks one peer. Nothing is written. */
    public JsonObject evaluate(String transaction, Object request) throws Exception {
        try {
            return object(proposal(transaction, request, Map.of()).build().evaluate());
        } catch (GatewayException e) {
            throw refused(e);
        }
    }

    /** Writes, and returns when the transaction is committed. */
    public JsonObject submit(String transaction, Object request, Map<String, Object> transientData) throws Exception {
        try {
            return object(proposal(transaction, request, transientData).build().endorse().submit());
        } catch (GatewayException e) {
            throw refused(e);
        }
    }

    /** Asks a query whose answer is private: the organisation's peer answers a JWE, which the resident or user opens. */
    public String evaluatePrivate(String transaction, Object request, Map<String, Object> transientData)
            throws Exception {
        try {
            var proposal = proposal(transaction, request, transientData).setEndorsingOrganizations(text("mspId")).build();
            return new String(proposal.evaluate(), StandardCharsets.UTF_8);
        } catch (GatewayException e) {
            throw refused(e);
        }
    }

    /** Follows what is committed from now on. */
    public CloseableIterator<ChaincodeEvent> events() {
        return network.getChaincodeEvents(text("chaincode"));
    }

    private Proposal.Builder proposal(String transaction, Object request, Map<String, Object> transientData) {
        Map<String, byte[]> entries = new HashMap<>();
        transientData.forEach((name, value) -> entries.put(name, GSON.toJson(value).getBytes(StandardCharsets.UTF_8)));
        return contract.newProposal(transaction).addArguments(GSON.toJson(request)).putAllTransient(entries);
    }

    private static JsonObject object(byte[] answer) {
        return JsonParser.parseString(new String(answer, StandardCharsets.UTF_8)).getAsJsonObject();
    }

    /** The error's JSON follows 'chaincode response NNN, ' in the messages of the details. */
    private static Exception refused(GatewayException e) {
        for (var detail : e.getDetails()) {
            int begin = detail.getMessage().indexOf('{');
            if (detail.getMessage().startsWith("chaincode response") && begin > 0) {
                return new Refused(JsonParser.parseString(detail.getMessage().substring(begin)).getAsJsonObject(), e);
            }
        }
        return e; // no answer of the chaincode: the network failed
    }

    @Override
    public void close() {
        gateway.close();
        channel.shutdownNow();
    }
}
