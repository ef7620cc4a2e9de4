package ai.fileprocessing.local;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Cognito's InitiateAuth call, on the AWS JSON protocol. */
final class SignIn {
  static final String MEDIA_TYPE = "application/x-amz-json-1.1";

  private static final String TARGET = "AWSCognitoIdentityProviderService.InitiateAuth";

  /** What the caller gets; an error carries the name of its exception. */
  record Answer(int status, Optional<String> error, ObjectNode body) {
    static Answer refused(String error, String message) {
      ObjectNode body = JsonNodeFactory.instance.objectNode();
      return new Answer(400, Optional.of(error), body.put("__type", error).put("message", message));
    }
  }

  private final Tokens tokens;
  private final Pool pool;

  SignIn(Tokens tokens, Pool pool) {
    this.tokens = tokens;
    this.pool = pool;
  }

  Answer answer(String target, JsonNode request) {
    if (!target.equals(TARGET)) {
      return Answer.refused("UnknownOperationException", "The stand-in knows InitiateAuth only");
    }
    String client = request.path("ClientId").asString("");
    if (!client.equals(Cognito.CLIENT_ID)) {
      return Answer.refused(
          "ResourceNotFoundException", "User pool client %s does not exist.".formatted(client));
    }
    JsonNode parameters = request.path("AuthParameters");
    return switch (request.path("AuthFlow").asString("")) {
      case "USER_PASSWORD_AUTH" -> withPassword(parameters, client);
      case "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN" -> withRefreshToken(parameters, client);
      default ->
          Answer.refused(
              "InvalidParameterException", "Initiate Auth method not supported for the client");
    };
  }

  private Answer withPassword(JsonNode parameters, String client) {
    String user = parameters.path("USERNAME").asString("");
    if (user.isEmpty()) {
      return Answer.refused("InvalidParameterException", "Missing required parameter USERNAME");
    }
    if (parameters.path("PASSWORD").asString("").isEmpty()) {
      return Answer.refused("NotAuthorizedException", "Incorrect username or password.");
    }
    Answer answer = signedIn(user, client);
    // Opaque to the caller, as Cognito's is; this one only remembers who it was given to.
    ((ObjectNode) answer.body().path("AuthenticationResult"))
        .put(
            "RefreshToken",
            Base64.getUrlEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
    return answer;
  }

  private Answer withRefreshToken(JsonNode parameters, String client) {
    try {
      byte[] user = Base64.getUrlDecoder().decode(parameters.path("REFRESH_TOKEN").asString(""));
      if (user.length > 0) {
        return signedIn(new String(user, StandardCharsets.UTF_8), client);
      }
    } catch (IllegalArgumentException e) {
      // Not one of ours, which the answer below says.
    }
    return Answer.refused("NotAuthorizedException", "Invalid Refresh Token");
  }

  private Answer signedIn(String user, String client) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putObject("ChallengeParameters");
    ObjectNode header = Tokens.header(pool);
    body.putObject("AuthenticationResult")
        .put("AccessToken", pool.sign(header, tokens.access(pool, user, client)))
        .put("IdToken", pool.sign(header, tokens.id(pool, user, client)))
        .put("ExpiresIn", Tokens.LIFETIME.toSeconds())
        .put("TokenType", "Bearer");
    return new Answer(200, Optional.empty(), body);
  }
}
