package ai.fileprocessing.local;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import tools.jackson.databind.node.ObjectNode;

/** A user pool: an issuer and the key that it signs with. */
final class Pool {
  private final String issuer;
  private final RSAKey key;

  private Pool(String issuer, RSAKey key) {
    this.issuer = issuer;
    this.key = key;
  }

  /** The pool whose key is in the file, which is made if need be: tokens survive a restart. */
  static Pool of(String issuer, Path file) {
    try {
      if (!Files.exists(file)) {
        RSAKey fresh =
            new RSAKeyGenerator(2048)
                .keyUse(KeyUse.SIGNATURE)
                .algorithm(JWSAlgorithm.RS256)
                .keyIDFromThumbprint(true)
                .generate();
        Files.writeString(file, fresh.toJSONString());
      }
      return new Pool(issuer, RSAKey.parse(Files.readString(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (JOSEException | ParseException e) {
      throw new IllegalStateException("The key in %s cannot be used".formatted(file), e);
    }
  }

  String issuer() {
    return issuer;
  }

  String keyId() {
    return key.getKeyID();
  }

  /** The public half, as the pool publishes it. */
  String jwks() {
    return new JWKSet(key).toString(true);
  }

  /**
   * A token with this very header. An {@code alg} other than the pool's own gets the signature that
   * an attacker would send with it: nothing for {@code none}, and for HS256 the classical confusion
   * of a public key with a shared secret.
   */
  String sign(ObjectNode header, ObjectNode claims) {
    String input = encoded(header) + "." + encoded(claims);
    String algorithm = header.path("alg").asString("");
    if (algorithm.equals("none")) {
      return input + ".";
    }
    try {
      JWSSigner signer;
      JWSAlgorithm used = JWSAlgorithm.parse(algorithm);
      if (JWSAlgorithm.Family.HMAC_SHA.contains(used)) {
        signer = new MACSigner(key.toRSAPublicKey().getEncoded());
      } else {
        used = JWSAlgorithm.Family.RSA.contains(used) ? used : JWSAlgorithm.RS256;
        signer = new RSASSASigner(key);
      }
      return input + "." + signer.sign(new JWSHeader(used), input.getBytes(StandardCharsets.UTF_8));
    } catch (JOSEException e) {
      throw new IllegalStateException("The token cannot be signed", e);
    }
  }

  private static Base64URL encoded(ObjectNode json) {
    return Base64URL.encode(json.toString());
  }
}
